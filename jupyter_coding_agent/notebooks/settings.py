"""Settings of the notebooks room."""

from __future__ import annotations

from traitlets import Bool, Float

from ..core.settings import Settings


class NotebookSettings(Settings):
    """How a notebook is proved."""

    timeout_seconds = Float(
        300, min=1, max=600, help="Seconds that all cells together may take unless the request says."
    ).tag(config=True)
    propose = Bool(
        True,
        help="Try other orders and missing imports for a notebook that breaks, each in a run of its own.",
    ).tag(config=True)
