"""The verdict and what is asked for one: the bodies of POST /validate."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..runner.models import DataFinding, EffectEvent, Isolation, LintFinding, OutputFile, SecurityFinding
from .notebook import CarriedValue as CarriedValue
from .notebook import Notebook as Notebook

_SHORTFALLS = 5

Signal = Literal["tests", "lint", "security"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Example(_Model):
    """A hard example: the call runs in the container, the expected value never leaves the host."""

    call: str
    """An expression over the names that the files define, e.g. ``add(2, 3)``."""
    expected: str
    """A Python literal."""
    source: str = ""
    """Where the user wrote it, for people."""


class ValidationRequest(_Model):
    """Code that is to be judged, whoever wrote it."""

    language: str = "python"
    files: dict[str, str] = Field(min_length=1)
    tests: dict[str, str] = Field(default_factory=dict)
    requirements: list[str] = Field(default_factory=list)
    signals: list[Signal] = ["tests", "lint", "security"]
    timeout_seconds: float | None = Field(default=None, gt=0, le=600)
    cell: str | None = None
    """The file that is a notebook cell; the only file where there is one."""
    known_names: list[str] = Field(default_factory=list)
    kernel_python: str | None = Field(default=None, pattern=r"^3\.\d{1,2}(\.\d+)?$")
    examples: list[Example] = Field(default_factory=list)
    request_text: str = ""
    """What was asked for, in the user's words: a special case that it names is no gaming."""
    notebook: Notebook | None = None
    """What the cell finds when it runs; None: it is judged on its own."""

    @property
    def the_cell(self) -> str | None:
        """The file that is the notebook cell: the one asked for, else the only one."""
        if self.cell is not None:
            return self.cell
        return next(iter(self.files)) if len(self.files) == 1 else None


class InputFile(_Model):
    """A file that lies in the working directory when code runs; it may be changed there."""

    path: str
    size: int
    sha256: str
    location: Path = Field(exclude=True)
    """Where it lies on this machine."""
    description: str = ""
    """Type, columns and the like, for whoever writes the code."""


class RequestWithInputs(ValidationRequest):
    """A request of the agent's own: who asks from outside can't name files of this machine."""

    inputs: list[InputFile] = Field(default_factory=list)


class CellsRequest(ValidationRequest):
    """Cells of a notebook that the static tools look at, each file one cell; nothing of them is run."""

    signals: list[Signal] = ["lint", "security"]


class TestResult(_Model):
    """One test as the host judged it."""

    __test__ = False

    id: str
    outcome: Literal["passed", "failed", "not_judged", "quarantined"]
    """``quarantined``: found wrong by the agreement of independent solutions; `message` says why."""
    message: str = ""
    duration_ms: float = 0
    kind: Literal["soft", "hard", "user", "notebook"] = "user"
    """``notebook``: the cell itself, run as it is in the notebook that it is meant for."""
    hidden: bool = False
    """A soft test that whoever writes and repairs the code is never shown."""
    expected: str | None = None
    actual: str | None = None
    traceback: str = ""
    locals: dict[str, str] = Field(default_factory=dict)


class TestsSignal(_Model):
    """Did every test that the host expected report, and pass?"""

    __test__ = False

    passed: bool
    results: list[TestResult] = Field(default_factory=list)
    coverage_percent: float | None = None
    missed_lines: dict[str, list[int]] = Field(default_factory=dict)
    """Path → lines of statements that no test executes."""
    reason: str = ""
    """Why it did not pass, in a sentence."""


class LintSignal(_Model):
    """Passed if no finding blocks."""

    passed: bool
    findings: list[LintFinding] = Field(default_factory=list)


class SecuritySignal(_Model):
    """Passed if no high-severity finding (where the setting blocks them). risk_score is 0 to 10."""

    passed: bool
    findings: list[SecurityFinding] = Field(default_factory=list)
    risk_score: float = 0


class DataSignal(_Model):
    """Silent failures in data code: warnings of their own, which never block."""

    passed: bool
    """Nothing was found."""
    findings: list[DataFinding] = Field(default_factory=list)


class Signals(_Model):
    """A signal that was not asked for is absent."""

    tests: TestsSignal | None = None
    lint: LintSignal | None = None
    security: SecuritySignal | None = None
    data: DataSignal | None = None


class QualityPart(_Model):
    """One deduction of the quality score."""

    name: str
    points: float
    reason: str


class Effects(_Model):
    """What the code does beyond computing; each target once, sorted."""

    reads: list[str] = Field(default_factory=list)
    writes: list[str] = Field(default_factory=list)
    deletes: list[str] = Field(default_factory=list)
    network: list[str] = Field(default_factory=list)
    processes: list[str] = Field(default_factory=list)
    environment: list[str] = Field(default_factory=list)
    imports: list[str] = Field(default_factory=list)
    open_resources: list[str] = Field(default_factory=list)
    events: list[EffectEvent] = Field(default_factory=list)


ErrorClass = Literal[
    "infrastructure",
    "notebook",
    "missing_package",
    "package_not_allowed",
    "syntax",
    "newer_python",
    "import",
    "assertion",
    "exception",
    "timeout",
    "memory",
    "output",
    "early_exit",
    "tampering",
    "gaming",
    "collection",
    "lint",
    "security",
    "blocked_import",
]


class Mutant(_Model):
    """One small change of the code, and whether the tests noticed it."""

    path: str
    line: int
    operator: Literal["comparison", "arithmetic", "boundary", "boolean", "return", "removed", "exception"]
    original: str
    """The changed piece of source, on one line."""
    changed: str
    outcome: Literal["killed", "survived", "equivalent"]
    """``equivalent``: the tests passed and no output differed on the inputs that were collected."""
    killed_by: list[str] = Field(default_factory=list)
    """Ids of the tests that failed with it."""
    cut: bool = False
    """Killed because it took many times the steps that the code takes."""


class Challenge(_Model):
    """How well tests that pass would notice a mistake: small changes of the code, run against them."""

    mutants: list[Mutant]
    """Those that ran."""
    possible: int
    """How many could have been made of the executed lines."""
    score: float | None
    """Killed of those that ran without the equivalent ones, 0 to 1; None where nothing counted."""
    duration_ms: float = 0
    reason: str = ""
    """Why fewer ran than could have, in a sentence."""


class NotebookProof(_Model):
    """The notebook that the code was proved in, as far as the code depends on it."""

    cells: list[str] = Field(default_factory=list)
    """SHA-256 of each cell that ran before it, in order; of the source without white space at its end."""
    values: dict[str, str] = Field(default_factory=dict)
    """Live variables that were carried over: name → type and shape or schema, never data."""
    missing: dict[str, str] = Field(default_factory=dict)
    """Names that could not be carried over → why: the proof does not hold for them."""
    packages: dict[str, str] = Field(default_factory=dict)
    """Distributions that the code was proved with in another version than the notebook has → both versions."""

    @property
    def shortfalls(self) -> list[str]:
        """Sentences: for what of the notebook the proof does not hold, by name; the first few of each kind."""
        missing, packages = (list(named.items())[:_SHORTFALLS] for named in (self.missing, self.packages))
        found = [f"{name} could not be carried over: {why.rstrip('.')}." for name, why in missing]
        return found + [f"{name} is another version there: {both}." for name, both in packages]


class Receipt(_Model):
    """What was proved, about which bytes, where; signed with the data directory's Ed25519 key."""

    version: Literal[1] = 1
    status: str
    code_sha256: str
    tests_sha256: str
    context_sha256: str
    notebook: NotebookProof | None = None
    """None: the code was proved on its own."""
    signals: dict[str, dict[str, int | float | bool | None]]
    quality_score: float | None
    mutation_score: float | None = None
    attempts: int = 1
    model: str | None = None
    cost_usd: float = 0
    isolation: Isolation | None
    effects: dict[str, list[str]]
    kernel_python: str | None
    explanation: list[str] = Field(default_factory=list)
    """Why it is believed, line by line."""
    issued_at: str
    key_id: str
    signature: str


class Verdict(_Model):
    """What POST /validate answers. `status` is ``error`` where nothing could be judged."""

    status: Literal["passed", "failed", "ran", "error"]
    signals: Signals
    effects: Effects = Field(default_factory=Effects)
    quality_score: float | None = None
    quality_parts: list[QualityPart] = Field(default_factory=list)
    duration_ms: float = 0
    isolation: Isolation | None = None
    notebook: NotebookProof | None = None
    """What of the notebook the code was judged in; None: on its own."""
    receipt: Receipt | None = None
    error_class: ErrorClass | None = None
    explanation: str = ""
    """One or a few sentences: why this status."""
    stdout: str = ""
    stderr: str = ""
    outputs: list[OutputFile] = Field(default_factory=list, exclude=True)
    cached: bool = False
