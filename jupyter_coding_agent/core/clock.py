"""Time and ids."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and a trailing ``Z``: what REST and the database hold."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id(prefix: str) -> str:
    """An opaque id with 128 random bits, e.g. ``exe_3f…``: the prefix is for people reading logs."""
    return f"{prefix}_{secrets.token_hex(16)}"
