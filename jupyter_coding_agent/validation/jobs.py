"""What a request becomes for the runner."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..core.errors import Unprocessable
from ..runner.models import AnalysisJob, Limits, MutationJob, NotebookState, TestJob
from .challenge import MOST, SENT, Plan
from .expectation import Suite
from .gaming import Inquiry
from .languages import Language
from .models import CellsRequest, RequestWithInputs, ValidationRequest

_VALUES = frozenset({"numpy", "pandas", "polars"})
"""Libraries that carried values may be of; their descriptions begin with the name."""
_ASKING_SECONDS = 5.0

# Code that hangs where it is only looked at is not waited for as long as where it is judged.
_OBSERVING_SECONDS = 30.0


@dataclass(frozen=True)
class Admitted:
    """A request that may be judged."""

    request: ValidationRequest
    language: Language
    requirements: list[str]
    """Approved, with those that bring the notebook's own versions."""
    packages: dict[str, str]
    """Distributions in another version than the notebook has → both versions."""
    timeout_seconds: float
    generated: bool
    key: str
    """Of everything that its verdict depends on."""

    def tests(self, suite: Suite, imports: list[str]) -> TestJob:
        """The run that judges."""
        request = self.request
        return TestJob(
            language=self.language.image,
            files=_bytes({path: text for path, text in request.files.items() if path not in suite.withheld}),
            tests=_bytes(suite.tests),
            collect=list(suite.collect),
            conftest=suite.conftest,
            cell=request.the_cell,
            notebook=_state(request),
            data=_inputs(request),
            requirements=self.requirements,
            imports=imports,
            limits=Limits(timeout_seconds=self.timeout_seconds),
        )

    def observation(self, suite: Suite) -> TestJob:
        """The run that hands values over instead of judging them."""
        job = self.tests(suite, imports(self.request, self.language))
        limits = Limits(timeout_seconds=min(self.timeout_seconds, _OBSERVING_SECONDS), thumbnail_count=0)
        # What it hands over may be told to a model, so it does without live data.
        return job.model_copy(update={"limits": limits, "notebook": _without_data(job.notebook)})

    def mutants(self, plan: Plan, imports: list[str]) -> MutationJob:
        """The challenge."""
        return MutationJob(
            **dict(self.tests(plan.suite, imports)),
            changes=[candidate.change for candidate in plan.candidates[:SENT]],
            most=MOST,
        )

    def inquiry(self, inquiry: Inquiry) -> TestJob:
        """The run that asks code that hides where its answers come from; its failing says nothing."""
        return TestJob(
            language=self.language.image,
            files=_bytes(self.request.files),
            tests={inquiry.path: inquiry.source.encode()},
            collect=[inquiry.path],
            cell=self.request.the_cell,
            notebook=_state(self.request),
            data=_inputs(self.request),
            requirements=self.requirements,
            imports=imports(self.request, self.language),
            limits=Limits(timeout_seconds=min(_ASKING_SECONDS, self.timeout_seconds), thumbnail_count=0),
        )

    def analysis(self) -> AnalysisJob:
        """The static tools."""
        cell = self.request.the_cell
        cells = list(self.request.files) if isinstance(self.request, CellsRequest) else [cell] if cell else []
        return AnalysisJob(
            language=self.request.language,
            files=_bytes(self.request.files),
            known_names=self.request.known_names,
            notebook=cells,
        )


def imports(request: ValidationRequest, language: Language) -> list[str]:
    """The modules that a run imports, those of the cells before it and of carried values included."""
    found = language.imports({**request.files, **request.tests})
    if request.notebook is None:
        return found
    cells = {f"cell {number}.py": source for number, source in enumerate(request.notebook.before, 1)}
    kinds = {value.description.partition(".")[0] for value in request.notebook.values.values()}
    return sorted({*found, *language.imports(cells), *(kinds & _VALUES)})


def tidying(language: str, files: Mapping[str, str], notebook: Collection[str]) -> AnalysisJob:
    """The tools that format and mend."""
    return AnalysisJob(
        language=language,
        files=_bytes(files),
        tidy=True,
        notebook=[path for path in notebook if path in files],
    )


def _inputs(request: ValidationRequest) -> dict[str, bytes]:
    """The files to work with, but those whose names the code or its tests have taken."""
    if not isinstance(request, RequestWithInputs):
        return {}
    taken = {*request.files, *request.tests}
    try:
        return {one.path: one.location.read_bytes() for one in request.inputs if one.path not in taken}
    except OSError as error:
        raise Unprocessable(f"A file to work with is gone: {error.strerror}. Upload it again.") from error


def _state(request: ValidationRequest) -> NotebookState | None:
    notebook = request.notebook
    if notebook is None:
        return None
    values = {name: value.content for name, value in notebook.values.items()}
    return NotebookState(before=notebook.before, values=values, missing=list(notebook.missing))


def _without_data(state: NotebookState | None) -> NotebookState | None:
    if state is None:
        return None
    return NotebookState(before=state.before, missing=[*state.missing, *state.values])


def _bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in files.items()}
