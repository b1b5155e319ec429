"""A countdown that a test sets and an engine burns: at its end the engine kills itself, in the middle of its work."""

from __future__ import annotations

import mmap
import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

_FILES = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate"})


class Fuse:
    """One number in a file that both processes map, so that it can be set while the engine works."""

    def __init__(self, path: Path) -> None:
        with path.open("a+b") as file:
            file.truncate(8)
            self._cells = memoryview(mmap.mmap(file.fileno(), 8)).cast("q")

    def set(self, operations: int) -> None:
        """Die before the operation of this number from now; 0: don't."""
        self._cells[0] = operations

    def burn(self) -> None:
        """One operation is about to happen."""
        left = self._cells[0]
        if left > 0:
            self._cells[0] = left - 1
            if left == 1:
                os.kill(os.getpid(), signal.SIGKILL)

    def install(self, folder: Path) -> None:
        """Burn in this process at whatever is done to a file below `folder`, and at each of SQLite's statements."""
        below = os.fspath(folder)

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event in _FILES:
                path = arguments[0]
                if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(below):
                    self.burn()

        def burn(statement: str) -> None:
            # What a trigger does is a part of the statement that was told of before.
            if not statement.startswith("--"):
                self.burn()

        connect = sqlite3.connect

        def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
            connection = connect(*arguments, **options)
            connection.set_trace_callback(burn)
            return connection

        sys.addaudithook(hook)
        # There is no audit event for a statement, and none for a connection that can be traced already.
        sqlite3.connect = traced
