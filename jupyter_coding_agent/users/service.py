"""The tier of each user."""

from __future__ import annotations

from typing import cast

from ..storage.database import Database
from .models import Tier
from .settings import UserSettings


class Users:
    """The settings say who is in which tier."""

    def __init__(self, database: Database, settings: UserSettings) -> None:
        self._database = database
        self._settings = settings

    def tier_of(self, user: str) -> Tier:
        """As the administrator has set it."""
        return cast(Tier, self._settings.tiers.get(user, self._settings.default_tier))

    async def settle(self) -> None:
        """Give everybody in the table the tier that the settings say now."""
        async with self._database.transaction() as tx:
            for row in await tx.fetch_all("SELECT name, tier FROM users"):
                tier = self.tier_of(row["name"])
                if tier != row["tier"]:
                    await tx.execute("UPDATE users SET tier = ? WHERE name = ?", (tier, row["name"]))
