"""The loop's task, attempts and outcome."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ..core.redaction import Redactor
from ..llm.models import Completion, Complexity, DataSample, Hop, Preference, TierName
from ..validation.models import Challenge, Example, InputFile, Notebook, Verdict


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _redacted(source: str) -> str:
    return Redactor().source(source)


Source = Annotated[str, AfterValidator(_redacted)]
"""A cell without its secrets, whoever sends it: models see it. One that was redacted before stays as it is."""


class ContextCell(_Model):
    """A cell of the notebook that the request may build on."""

    source: Source
    id: str | None = None


class NotebookCell(_Model):
    """A cell of the user's own that is to be worked on."""

    source: Source = Field(max_length=200_000)
    id: str | None = Field(default=None, max_length=200)
    """As the notebook has it."""
    name: str = Field(default="", max_length=40)
    """What people call it: ``In [3]``."""


class Frame(_Model):
    """A line of a traceback that stands in one of the notebook's cells."""

    cell: str = Field(default="", max_length=40)
    """The cell's name."""
    line: int = Field(default=0, ge=0)
    function: str = Field(default="", max_length=200)
    text: str = Field(default="", max_length=1_000)


class Raised(_Model):
    """An exception, and the notebook's own lines that led to it, the outermost first."""

    type: str = Field(min_length=1, max_length=200)
    """The class's name, without its module."""
    message: str = Field(default="", max_length=4_000)
    frames: list[Frame] = Field(default_factory=list, max_length=50)


class Fix(_Model):
    """A cell that fails and is to be mended, or an earlier one where the cause is."""

    cell: Source = Field(min_length=1, max_length=200_000)
    cell_id: str | None = Field(default=None, max_length=200)
    name: str = Field(default="", max_length=40)
    """What people call the cell: ``In [3]``."""
    traceback: Raised | None = None
    """None: what it raises is found by running it."""
    cells: list[NotebookCell] = Field(default_factory=list, max_length=50)
    """Those that it builds on, in the order in which they run."""


class OwnTests(_Model):
    """A cell of the user's own that tests are to be written for; the cell itself is not changed."""

    cell: Source = Field(min_length=1, max_length=200_000)
    cell_id: str | None = Field(default=None, max_length=200)
    name: str = Field(default="", max_length=40)
    cells: list[NotebookCell] = Field(default_factory=list, max_length=50)
    """Those that it builds on, in the order in which they run."""


class CellChange(_Model):
    """A cell as it was and as it should be: what a front end applies."""

    cell_id: str | None
    name: str
    path: str
    """The file that it is among the attempt's."""
    before: str
    after: str
    unified_diff: str


class Conversation(_Model):
    """What was said before in the session of a request: data, within a budget of tokens."""

    text: str = ""
    """The oldest first; old turns are a line each."""
    files: dict[str, str] = Field(default_factory=dict)
    """The code of the last result, which the request may ask to change."""
    status: str = ""
    """How the execution ended that the code is from."""


class Task(_Model):
    """One request, with all the loop may know of it."""

    execution_id: str
    user: str
    prompt: str
    language: str | None = None
    """None: to be found from the request."""
    preference: Preference = "balanced"
    tier: Literal["simple", "medium", "complex"] | None = None
    template_id: str | None = None
    template_variables: dict[str, Any] | None = None
    """If given, the template with these values is the answer, and no model is asked."""
    models: dict[TierName, list[str]] = Field(default_factory=dict)
    """Tier → the models that are asked in place of the configured ones: a replay's."""
    seed: str = ""
    """What decides which tests are hidden; the execution's own id if empty."""
    cells: list[ContextCell] = Field(default_factory=list)
    variables: dict[str, str] = Field(default_factory=dict)
    """Name → type and shape or schema, never data."""
    samples: list[DataSample] = Field(default_factory=list)
    inputs: list[InputFile] = Field(default_factory=list)
    """Files that lie in the working directory."""
    notebook: Notebook | None = None
    """What the code finds in the notebook, for whoever proves it; no prompt shows any of it."""
    kernel_python: str | None = None
    max_attempts: int = 5
    security: bool = True
    timeout_seconds: float | None = None
    allowed_packages: list[str] = Field(default_factory=list)
    """What the user's kernel has or the user named, beyond the shipped list."""
    conversation: Conversation = Field(default_factory=Conversation)
    fix: Fix | None = None
    """A cell to mend: no tests are written, the cell's own run is what is judged."""
    own_tests: OwnTests | None = None
    """A cell to write tests for: only tests are written, and the cell is judged as it is."""

    @property
    def hiding(self) -> str:
        """By what the tests are divided into shown and hidden ones."""
        return self.seed or self.execution_id


class StartingPoint(_Model):
    """A template that the request wants adapted: code and tests that work, as an example for a model."""

    files: dict[str, str]
    tests: dict[str, str]


class Plan(_Model):
    """What the analyzer found."""

    language: str
    language_sure: bool
    complexity: Complexity
    tier: Literal["simple", "medium", "complex"]
    examples: list[Example] = Field(default_factory=list)
    prompts_version: str = ""
    """Which prompts the models were given."""


Origin = Literal["draft", "repair", "reason", "fresh", "sample", "recording", "mend", "given"]


class Attempt(_Model):
    """One try: its code, what was found, and what it cost."""

    number: int
    origin: Origin = "draft"
    """The first draft, a repair, a repair that reasoned first, a fresh start, an independent solution, what an
    earlier execution delivered, a well-known mend that no model made, or the user's own code."""
    files: dict[str, str]
    requirements: list[str] = Field(default_factory=list)
    diff: str
    """Unified, from the attempt before (from nothing for the first)."""
    verdict: Verdict | None
    mutation_score: float | None = None
    """Of the tests it passes: which share of small changes of this code they notice."""
    error_class: str | None = None
    error_message: str | None = None
    fix_applied: str | None = None
    """What was done about the attempt before, in a sentence."""
    notes: list[str] = Field(default_factory=list)
    """Sentences: what of the model's reply was dropped or assumed."""
    model: str = ""
    hops: list[Hop] = Field(default_factory=list)
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0
    started_at: str
    finished_at: str


class Sample(_Model):
    """An independent solution: from the request, without the tests and without the attempts."""

    number: int
    files: dict[str, str]
    requirements: list[str] = Field(default_factory=list)
    model: str = ""
    cost_usd: float = 0
    outcome: str = ""
    """What became of it on the tests, in a few words."""


class Quarantined(_Model):
    """A generated test that was found wrong, and why."""

    id: str
    source: str
    reason: str


class Judgement(_Model):
    """What is known of the tests and of the solutions beyond the verdict on each attempt."""

    hidden: list[str] = Field(default_factory=list)
    """Ids of soft tests that whoever writes and repairs the code is never shown."""
    quarantined: list[Quarantined] = Field(default_factory=list)
    samples: list[Sample] = Field(default_factory=list)
    added_tests: list[str] = Field(default_factory=list)
    """Paths of test files that were written later: to notice more mistakes, or as a second opinion."""
    strengthened: bool = False
    """Stronger tests were asked for; that is done once."""
    retested: bool = False
    """A second, independent set of tests was asked for; that is done once."""
    challenge: Challenge | None = None
    challenge_of: str = ""
    """What `challenge` is about: a hash of code and tests."""
    believed: int | None = None
    """Number of the attempt that is believed to be right."""
    belief: float | None = None
    """How probable that is, 0 to 1, by the agreement of solutions and tests."""
    agreement: str = ""
    """The same in a sentence."""
    disagreements: list[str] = Field(default_factory=list)
    """Sentences: on which inputs solutions differ that pass the same tests."""
    cost_usd: float = 0
    """Of samples and further tests, in US dollars."""


class History(_Model):
    """What is stored of an execution that was interrupted: none of it is done again."""

    tests: dict[str, str] = Field(default_factory=dict)
    tests_completion: Completion | None = None
    attempts: list[Attempt] = Field(default_factory=list)
    judgement: Judgement = Field(default_factory=Judgement)


class Recording(_Model):
    """What an execution delivered: enough to prove it again without a model."""

    files: dict[str, str]
    requirements: list[str]
    tests: dict[str, str]
    judgement: Judgement
    model: str
    passed: bool


class Outcome(_Model):
    """What the loop delivers: the best attempt, not the last."""

    status: Literal["passed", "partial", "failed"]
    plan: Plan
    tests: dict[str, str]
    attempts: list[Attempt]
    best: int | None
    """Number of the delivered attempt; None if no attempt has code."""
    explanation: str
    """Five lines where there is code, else a sentence."""
    judgement: Judgement = Field(default_factory=Judgement)
    cost_usd: float = 0
