"""Settings of the receipts room."""

from __future__ import annotations

from traitlets import Unicode

from ..core.settings import Settings


class ReceiptSettings(Settings):
    """Whose receipts are believed beside the own ones."""

    trusted_keys = Unicode(
        "",
        help="A file that `keys export` wrote elsewhere, or a folder of such files (*.json), whose keys are trusted "
        "like the own one. Empty: the folder trusted-keys in the data directory.",
    ).tag(config=True)
