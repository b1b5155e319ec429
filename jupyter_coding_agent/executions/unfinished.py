"""Whether an engine has something to go on with. Loaded by every Jupyter server, so it imports no models."""

from __future__ import annotations

from pathlib import Path

from ..storage.peek import any_row


def has_unfinished(database: Path) -> bool:
    """Whether executions wait or were left running by an engine that is no more."""
    return any_row(database, "SELECT 1 FROM code_executions WHERE status IN ('pending', 'running') LIMIT 1")
