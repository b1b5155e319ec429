"""Settings of the retention room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traitlets import Int

from ..core.settings import Settings

if TYPE_CHECKING:
    from ..users.models import Tier


class RetentionSettings(Settings):
    """How long executions, and the account of models' calls, are kept.

    An execution that something newer refers to is kept as well, and the calls of one that is kept.
    """

    free_days = Int(7, min=1, max=36500, help="Days that executions of free users are kept.").tag(config=True)
    registered_days = Int(
        30, min=1, max=36500, help="Days that executions of registered users are kept."
    ).tag(config=True)
    premium_days = Int(90, min=1, max=36500, help="Days that executions of premium users are kept.").tag(
        config=True
    )
    executions_per_user = Int(50, min=1, help="The latest executions of one user that are kept at most.").tag(
        config=True
    )
    calls_months = Int(
        13,
        min=2,
        max=1200,
        help="Months, the present one among them, of which each call of a model is kept: sums by month and model "
        "reach back so far.",
    ).tag(config=True)

    def days(self, tier: Tier) -> int:
        """How long executions of the tier's users are kept."""
        days: dict[Tier, int] = {
            "free": self.free_days,
            "registered": self.registered_days,
            "premium": self.premium_days,
        }
        return days[tier]
