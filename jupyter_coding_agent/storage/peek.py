"""A look into the database without opening it as an engine does. Cheap: the standard library only."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

WAIT_SECONDS = 0.2


def any_row(path: Path, sql: str) -> bool:
    """Whether `sql` finds a row. True as well where that can't be told: who opens it properly says why."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as connection:
            return connection.execute(sql).fetchone() is not None
    except sqlite3.Error:
        return True
