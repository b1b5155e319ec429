"""How many executions a user may ask for in 24 hours."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from ..core.clock import iso
from ..core.errors import QuotaExceeded
from ..storage.database import Database, Transaction

DAY = timedelta(days=1)


async def admit(tx: Transaction, user: str, daily_limit: int, at: datetime) -> None:
    """Count one more execution of `user`'s, at `at`. Raises QuotaExceeded.

    Within the transaction that adds the row, so that two requests can't both be the last one. Counted in a table
    of its own: an execution that is deleted meanwhile was carried out all the same.
    """
    # Of a clock that was wrong and is right again; they must not count for longer than a day from now.
    await tx.execute(
        "UPDATE admissions SET at = :at WHERE user = :user AND at > :at", {"user": user, "at": iso(at)}
    )
    await tx.execute("DELETE FROM admissions WHERE user = ? AND at <= ?", (user, iso(at - DAY)))
    # When this one has left the window, there are fewer than `daily_limit` in it.
    row = await tx.fetch_one(
        "SELECT at FROM admissions WHERE user = ? ORDER BY at DESC LIMIT 1 OFFSET ?", (user, daily_limit - 1)
    )
    if row is not None:
        wait = datetime.fromisoformat(row["at"]) + DAY - at
        raise QuotaExceeded(
            f"You have used your {daily_limit} executions of the last 24 hours. Try again later, "
            "or raise ExecutionSettings.daily_limit.",
            retry_after=max(1, math.ceil(wait.total_seconds())),
        )
    await tx.execute("INSERT INTO admissions (user, at) VALUES (?, ?)", (user, iso(at)))


async def used(database: Database, user: str, at: datetime) -> int:
    """How many of `user`'s executions count against the limit at `at`."""
    row = await database.fetch_one(
        "SELECT count(*) AS n FROM admissions WHERE user = ? AND at > ?", (user, iso(at - DAY))
    )
    return int(row["n"]) if row else 0
