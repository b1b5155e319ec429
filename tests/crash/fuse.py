"""A countdown that a test sets and an engine burns: at its end the engine kills itself, in the middle of its work."""

from __future__ import annotations

import mmap
import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate"})


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
        """Burn in this process at whatever changes a file below `folder`, and around SQLite's transactions."""
        below = os.fspath(folder)

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            # Reading changes nothing: a death before it is one like that before what comes next.
            if event in _CHANGES or (event == "open" and arguments[2] & _WRITING):
                path = arguments[0]
                if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(below):
                    self.burn()

        connect = sqlite3.connect

        def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
            connection = connect(*arguments, **options)

            def burn(statement: str) -> None:
                # Wherever in a transaction it dies, nothing of it is there.
                if statement == "COMMIT" or not connection.in_transaction:
                    self.burn()

            connection.set_trace_callback(burn)
            return connection

        sys.addaudithook(hook)
        # There is no audit event for a statement, and none for a connection that can be traced already.
        sqlite3.connect = traced
