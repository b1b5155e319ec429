"""The cells of a fix as files: the one that fails has the solution's name, those before it are numbered."""

from __future__ import annotations

from collections.abc import Mapping

from ..diffs import unified
from ..models import CellChange, Fix, NotebookCell

SOLUTION = "solution.py"


class Book:
    """Path → cell, in the order in which they run; the last is the one that fails.

    Files end with a line end, cells as the notebook has them.
    """

    def __init__(self, fix: Fix) -> None:
        failing = NotebookCell(source=fix.cell, id=fix.cell_id, name=fix.name)
        self.cells = {f"cell_{number}.py": cell for number, cell in enumerate(fix.cells, 1)} | {
            SOLUTION: failing
        }
        self.originals = {path: as_file(cell.source) for path, cell in self.cells.items()}

    def whole(self, files: Mapping[str, str]) -> dict[str, str]:
        """Every cell, changed as in `files`."""
        return {path: files.get(path, text) for path, text in self.originals.items()}

    def delivered(self, files: Mapping[str, str]) -> dict[str, str]:
        """What an attempt consists of: the failing cell, and the cells before it that are changed."""
        whole = {path: as_file(text) for path, text in self.whole(files).items()}
        return {
            path: text for path, text in whole.items() if path == SOLUTION or text != self.originals[path]
        }

    def changes(self, files: Mapping[str, str]) -> list[CellChange]:
        """The cells that `files` change."""
        return [
            CellChange(
                cell_id=self.cells[path].id,
                name=self.name(path),
                path=path,
                before=self.cells[path].source,
                after=text.rstrip(),
                unified_diff=unified({path: self.originals[path]}, {path: text}),
            )
            for path, text in self.delivered(files).items()
            if text != self.originals[path]
        ]

    def name(self, path: str) -> str:
        """What people call the cell."""
        return self.cells[path].name or ("the cell" if path == SOLUTION else "a cell before it")


def as_file(source: str) -> str:
    """A cell's source as a file holds it."""
    return source.rstrip() + "\n"


def cell_changes(fix: Fix | None, files: Mapping[str, str]) -> list[CellChange]:
    """What delivered files change of the cells that a request came with; nothing where it was for none."""
    return Book(fix).changes(files) if fix is not None else []
