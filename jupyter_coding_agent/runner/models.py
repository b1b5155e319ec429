"""What goes into an isolated run and what comes out of it. Nothing that comes out is believed here."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Limits(_Model):
    """What one run may use. Sizes in MiB unless the name says bytes."""

    timeout_seconds: float = 120
    memory_mb: int = 1024
    cpus: float = 1.0
    pids: int = 128
    workspace_mb: int = 256
    output_bytes: int = 256 * 1024
    """Of each of stdout and stderr; what comes later is counted and dropped."""
    output_kill_bytes: int = 64 * 1024 * 1024
    """A run that prints more than this is killed."""
    artifact_count: int = 50
    artifact_bytes: int = 20 * 1024 * 1024
    artifact_depth: int = 8
    thumbnail_count: int = 20
    """Of the pictures among them; made in the container, of a run that ended by itself."""


class NotebookState(_Model):
    """What the cell of a job finds when it runs. Only the container reads any of it."""

    before: list[str] = Field(default_factory=list)
    """Sources of the cells that run before it, in order."""
    values: dict[str, str] = Field(default_factory=dict)
    """Name → JSON text of a value's neutral form; no pickle."""
    missing: list[str] = Field(default_factory=list)
    """Names that have no value here: the cells that make them may fail."""


class TestJob(_Model):
    """Run these tests on these files, once, in a container of their own."""

    __test__ = False  # pytest must not take it for a test class

    language: str = "python"
    files: dict[str, bytes]
    """Relative POSIX path → content. Read-only for the code that runs."""
    tests: dict[str, bytes]
    """As `files`; laid beside them. What is collected is `collect`."""
    collect: list[str]
    """The paths among `tests` that hold tests, in order."""
    conftest: bool = False
    """Load `conftest.py` files (only where the tests themselves brought them)."""
    cell: str | None = None
    """The path among `files` that the `cell` fixture runs."""
    notebook: NotebookState | None = None
    """None: the cell runs in an empty notebook."""
    data: dict[str, bytes] = Field(default_factory=dict)
    """Input files, laid out writable copies."""
    requirements: list[str] = Field(default_factory=list)
    """Approved PEP 508 requirements, installed beforehand in a layer of their own."""
    imports: list[str] = Field(default_factory=list)
    """Top-level modules that files and tests import: chooses the kind of warm container."""
    limits: Limits = Field(default_factory=Limits)


class Change(_Model):
    """A small change of one of a job's files, which leaves every line where it was."""

    path: str
    start: int = Field(ge=0)
    """Bytes from `start` to `end` of the file are replaced by `text`."""
    end: int = Field(ge=0)
    text: str
    first_line: int
    """It is tried where the unchanged code executes a line from `first_line` to `last_line`."""
    last_line: int


class MutationJob(TestJob):
    """Run the tests on the unchanged code, then on each change of it until `most` were tried, in one container."""

    changes: list[Change]
    most: int = 25


class CellSource(_Model):
    """A notebook cell that is to be run."""

    name: str = Field(pattern=r"^In \[\d{1,5}\]$")
    """Stands for its file in tracebacks and effects, e.g. ``In [3]``; no other cell's."""
    source: bytes
    count: int = 0
    """The number under which a kernel would keep its input and output; 0: under none."""
    after: list[int] = Field(default_factory=list)
    """Positions of cells of the job without which it is not tried."""


class NotebookJob(TestJob):
    """Run these cells one after the other in one namespace, in a container of their own; there are no tests."""

    files: dict[str, bytes] = Field(default_factory=dict)
    tests: dict[str, bytes] = Field(default_factory=dict)
    collect: list[str] = Field(default_factory=list)
    cells: list[CellSource]


Outcome = Literal["passed", "failed", "skipped", "xfailed", "xpassed", "error"]


class TestReport(_Model):
    """One test as the run's own (untrusted) reporter saw it."""

    __test__ = False

    id: str
    """``path::Class::function[param]``"""
    outcome: Outcome
    duration_ms: float = 0
    message: str = ""
    """One line: the exception or the reason."""
    traceback: str = ""
    """Trimmed to the job's own files."""
    locals: dict[str, str] = Field(default_factory=dict)
    """Short reprs of the failing frame's names."""
    answers: list[str] = Field(default_factory=list)
    """What the test handed to the `answer` fixture, in the canonical form of ``validation.examples``."""


class EffectEvent(_Model):
    """One thing that the code did beyond computing, seen while it ran or found in its source."""

    kind: Literal["read", "write", "delete", "network", "process", "environment", "import", "open_resource"]
    target: str
    path: str | None = None
    line: int | None = None
    seen: Literal["source", "run"] = "run"


DataKind = Literal[
    "row_count",
    "missing_values",
    "object_dtype",
    "empty_plot",
    "failed_install",
    "chained_assignment",
    "leakage",
]


class DataFinding(_Model):
    """A silent failure of data code: seen while it ran, or a pattern in its source."""

    kind: DataKind
    message: str
    path: str | None = None
    line: int | None = None
    seen: Literal["source", "run"] = "run"


class OutputFile(_Model):
    """A regular file that the code left in its workspace."""

    path: str
    content: bytes
    thumbnail: bytes | None = None
    """A small PNG, of a picture that could be read. Made in the container, so it is not believed to show it."""


class Exit(_Model):
    """How the run ended."""

    reason: Literal[
        "finished", "died", "timeout", "cancelled", "output_limit", "memory_limit", "infrastructure"
    ]
    code: int | None = None
    """The exit status of the process that ran the tests; negative: the signal that ended it."""
    detail: str = ""


class Isolation(_Model):
    """Where it ran: what a receipt says about the sandbox."""

    backend: str
    image: str
    image_digest: str
    network: str
    user: str


class TestRun(_Model):
    """What came back from a test container."""

    __test__ = False

    exit: Exit
    reports: list[TestReport] = Field(default_factory=list)
    collection_errors: list[str] = Field(default_factory=list)
    executed_lines: dict[str, list[int]] = Field(default_factory=dict)
    effects: list[EffectEvent] = Field(default_factory=list)
    data_findings: list[DataFinding] = Field(default_factory=list)
    stdout: str = ""
    stderr: str = ""
    output_dropped_bytes: int = 0
    outputs: list[OutputFile] = Field(default_factory=list)
    outputs_refused: list[str] = Field(default_factory=list)
    """Sentences: which files were not taken and why."""
    duration_ms: float = 0
    isolation: Isolation


class Trial(_Model):
    """How the tests came out with one change, as the run's own (untrusted) reporter saw it."""

    number: int = Field(ge=0)
    """0: the unchanged code; n: the n-th change of the job."""
    failed: list[str] = Field(default_factory=list)
    """Ids of tests that failed; a change's trial ends with the first."""
    message: str = ""
    """Why the first of them failed, on one line."""
    answers: dict[str, list[str]] = Field(default_factory=dict)
    """Test id → what it handed to the `answer` fixture; of a change only where that differs from number 0."""
    steps: int = 0
    """Calls and jumps of the job's code."""
    cut: bool = False
    """Ended because it took many times the steps or the time of the unchanged code."""
    died: bool = False
    """The process ended before the tests were through."""
    outputs: str = ""
    """Digest of what the code gave out to its callers; empty where that can't be compared."""
    duration_ms: float = 0


class MutationRun(_Model):
    """What came back from a challenge: a time-out leaves the trials that were over by then."""

    exit: Exit
    trials: list[Trial] = Field(default_factory=list)
    executed_lines: dict[str, list[int]] = Field(default_factory=dict)
    """Of the unchanged code."""
    duration_ms: float = 0
    isolation: Isolation


class CellFailure(_Model):
    """How a cell broke, as the run's own (untrusted) reporter saw it."""

    type: str
    message: str = ""
    """One line, with the exception's name."""
    traceback: str = ""
    line: int | None = None
    missing: str = ""
    """The name that a NameError is about."""


class CellRun(_Model):
    """How one cell of the job came out."""

    number: int = Field(ge=0)
    """Its position in the job."""
    error: CellFailure | None
    """None: it ran to its end."""
    stdout: str = ""
    """The beginning."""
    stdout_cut: bool = False
    left_out: list[str] = Field(default_factory=list)
    """Lines of it that need the live notebook and were not carried out."""
    duration_ms: float = 0


class NotebookRun(_Model):
    """What came back from a notebook's container."""

    exit: Exit
    cells: list[CellRun] = Field(default_factory=list)
    """Those that ended, in the order in which they did."""
    begun: int | None = None
    """The cell that had begun and not ended when the run was over."""
    tampered: bool = False
    """The reports contradict each other: nothing of them can be believed."""
    effects: list[EffectEvent] = Field(default_factory=list)
    data_findings: list[DataFinding] = Field(default_factory=list)
    stdout: str = ""
    stderr: str = ""
    duration_ms: float = 0
    isolation: Isolation


class AnalysisJob(_Model):
    """Look at the original bytes; never execute them."""

    language: str = "python"
    files: dict[str, bytes]
    tidy: bool = False
    """Return the files formatted and safely mended instead of judging them."""
    known_names: list[str] = Field(default_factory=list)
    """Names that other cells define: not undefined for the linter."""
    notebook: list[str] = Field(default_factory=list)
    """The paths among `files` that are notebook cells: magics are transformed first, unused imports kept."""
    packages: bool = False
    """Say which distributions the image holds, in which versions."""


class LintFinding(_Model):
    """A linter's finding; `severity` is ``error`` where it blocks."""

    path: str
    line: int
    column: int = 0
    code: str
    severity: Literal["error", "warning"]
    message: str


class SecurityFinding(_Model):
    """A security scanner's finding."""

    path: str
    line: int
    severity: Literal["high", "medium", "low"]
    confidence: Literal["high", "medium", "low"]
    type: str
    message: str
    fix_suggestion: str = ""


class Analysis(_Model):
    """What the static tools say about the files, or the tidied files."""

    lint: list[LintFinding] = Field(default_factory=list)
    security: list[SecurityFinding] = Field(default_factory=list)
    effects: list[EffectEvent] = Field(default_factory=list)
    statements: dict[str, list[int]] = Field(default_factory=dict)
    """Path → lines that coverage counts."""
    imports: list[str] = Field(default_factory=list)
    """Top-level modules imported, sorted."""
    syntax_errors: dict[str, str] = Field(default_factory=dict)
    tidied: dict[str, bytes] = Field(default_factory=dict)
    packages: dict[str, str] = Field(default_factory=dict)
    """Normalised name of a distribution → its version; only where that was asked for."""
    duration_ms: float = 0


class ImageStatus(_Model):
    """An image as the command line and `doctor` list it."""

    language: str
    tag: str
    state: Literal["ready", "stale", "missing"]
    digest: str = ""
    size_mb: float = 0


class RunnerStatus(_Model):
    """How the runner is, for `health`, `doctor` and `stats`."""

    state: Literal["ok", "degraded", "missing"]
    sentence: str
    backend: str
    engine_version: str = ""
    images: list[ImageStatus] = Field(default_factory=list)
    warm: dict[str, int] = Field(default_factory=dict)
    running: int = 0
