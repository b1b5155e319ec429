"""Bodies of POST /notebooks/prove: the cells that are to be proved, and what became of each."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..runner.models import Isolation
from ..validation.models import Effects, Receipt

MOST_CELLS = 2000


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NotebookCell(_Model):
    """A code cell as the notebook has it."""

    id: str | None = Field(default=None, max_length=200)
    """Its id in the notebook; none before nbformat 4.5."""
    source: str = Field(max_length=1024 * 1024)
    execution_count: int | None = None
    """The number that its last run in a kernel left beside it."""


class ProveRequest(_Model):
    """POST /notebooks/prove."""

    cells: list[NotebookCell] = Field(min_length=1, max_length=MOST_CELLS)
    """Every code cell, from the top; an empty one too, so that positions agree."""
    only: int | None = Field(default=None, ge=0)
    """The position of the one cell that is to be proved: it and the cells above that it builds on are run."""
    kernel_python: str | None = Field(default=None, pattern=r"^3\.\d{1,2}(\.\d+)?$")
    packages: list[str] = Field(default_factory=list, max_length=5000)
    """Distributions of the kernel's environment: what cells import of them is installed if need be."""
    context_artifacts: list[str] = Field(default_factory=list, max_length=50)
    """Artifacts that lie as files in the working directory."""
    timeout_seconds: float | None = Field(default=None, gt=0, le=600)
    """For all cells together."""


CellStatus = Literal["ran", "failed", "not run", "skipped"]
"""``skipped``: nothing of it can be run here (a magic or a shell line that needs the live notebook, or empty)."""


class CellError(_Model):
    """How a cell broke."""

    type: str
    """The exception's name; ``Ended`` where the process ended, ``TimedOut`` where the time was up."""
    message: str = ""
    """Without the type; one line."""
    traceback: str = ""
    """Trimmed to the notebook's cells; a place is written ``In [3]:2``, the cell's own line."""
    line: int | None = None
    """The line of this cell on which it broke."""


class CellFinding(_Model):
    """What a linter or the security scan says of a line of a cell."""

    line: int
    code: str
    severity: Literal["error", "warning", "high", "medium", "low"]
    message: str
    fix_suggestion: str = ""


class HiddenName(_Model):
    """A name that a cell uses and that nothing above it defines: state that only the live kernel has."""

    name: str
    kind: Literal["defined below", "defined nowhere"]
    """``defined nowhere``: a cell was deleted or changed, or an import is missing."""
    defined_in: list[int] = Field(default_factory=list)
    """Positions of the cells below that define it."""
    seen: list[Literal["source", "run"]]
    """Where it showed: reading the cells, or a NameError when they ran."""
    suggestion: str = ""
    """An import that a well-known name stands for, e.g. ``import numpy as np``; not tried by itself."""
    message: str
    """A sentence."""


class CellReport(_Model):
    """What became of one cell."""

    index: int
    """Its position among the cells that were sent, from 0."""
    id: str | None
    name: str
    """``In [3]`` for the third: the number that a run from a clean start gives it."""
    execution_count: int | None = None
    """As it was recorded."""
    status: CellStatus
    reason: str = ""
    """Why it was not run or skipped, or what of it was left out, in a sentence."""
    error: CellError | None = None
    stdout: str = ""
    """The beginning of what it printed."""
    stdout_cut: bool = False
    duration_ms: float = 0
    lint: list[CellFinding] = Field(default_factory=list)
    security: list[CellFinding] = Field(default_factory=list)
    data: list[CellFinding] = Field(default_factory=list)
    """Silent failures of data code, e.g. rows that a merge lost: warnings."""
    relies_on: list[HiddenName] = Field(default_factory=list)
    builds_on: list[int] = Field(default_factory=list)
    """Positions of the cells above whose names it uses, directly or through others."""
    receipt: Receipt | None = None
    """Signed where it ran, lint and security passed, and every cell above ran or could be skipped."""


class Proposal(_Model):
    """A change of the notebook that was itself run in a container before it is proposed."""

    order: list[int] | None = None
    """Positions of the cells in the proposed order; None: they stay where they are."""
    imports: list[str] = Field(default_factory=list)
    """Lines for a new cell at the top."""
    mended: bool
    """Every cell ran; else some run that did not before, and none is lost."""
    ran: list[int] = Field(default_factory=list)
    """Positions of the cells that run with it and did not without."""
    breaks: int | None = None
    """The position of the first cell that still breaks."""
    message: str
    """A sentence."""


class NotebookReport(_Model):
    """What POST /notebooks/prove answers."""

    status: Literal["ran", "failed"]
    """``ran``: from a clean start, every cell ran or could be skipped; lint and security speak for themselves."""
    breaks: int | None = None
    """The position of the first cell that breaks."""
    explanation: str
    """One or a few sentences."""
    cells: list[CellReport]
    recorded_order: list[int] | None = None
    """Positions by recorded execution counts, where these tell another order than the positions do."""
    proposal: Proposal | None = None
    effects: Effects = Field(default_factory=Effects)
    isolation: Isolation | None = None
    receipt: Receipt | None = None
    """Of the whole: every cell ran, lint and security passed."""
    duration_ms: float = 0
