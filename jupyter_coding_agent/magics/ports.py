"""What the magics need of the process that they run in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from .runs import Failure, Runs


class Kernel(Protocol):
    """What the session needs of the process it runs in."""

    def live(self) -> bool:
        """Is a person in front of it, in a front end that goes on showing output after a cell has ended?"""

    def panels(self) -> bool:
        """Does the front end show widgets, and has it what ours need?"""

    def namespace(self) -> Mapping[str, Any]:
        """The user's names."""

    def hidden(self) -> Sequence[str]:
        """Names in the namespace that are not the user's."""

    def cells(self) -> Sequence[str]:
        """The sources of the cells run so far, the oldest first; position 0 is not a cell."""

    def runs(self) -> Runs:
        """What became of them since the extension was loaded."""

    def failure(self) -> Failure | None:
        """The last exception that a cell ended with."""

    def insert(self, source: str) -> None:
        """Put a cell below the one that runs."""

    def notebook(self) -> Path | None:
        """The notebook's file, where the front end has told it."""

    def folder(self) -> Path | None:
        """Where the notebook lies that an inserted cell gets into; None where there is none, as in a terminal."""

    def run(self, source: str) -> None:
        """Run code in the user's namespace. Raises Conflict where it can't be run from inside a cell."""
