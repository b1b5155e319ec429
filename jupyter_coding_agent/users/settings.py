"""Settings of the users room."""

from __future__ import annotations

from traitlets import Dict, Enum, Unicode

from ..core.settings import Settings

TIERS = ("free", "registered", "premium")


class UserSettings(Settings):
    """Who is in which tier."""

    default_tier = Enum(TIERS, "free", help="The tier of everybody who is not named in `tiers`.").tag(
        config=True
    )
    tiers = Dict(
        key_trait=Unicode(),
        value_trait=Enum(TIERS),
        help="User → tier: {'ada': 'premium'}. Under token or password login the only user is 'local'.",
    ).tag(config=True)
