"""From a draft to a judged attempt: tidied, run, classified, recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..core.clock import iso, now
from ..core.errors import AgentError, ImageMissing, MissingPart, TimedOut
from ..core.tasks import Turns
from ..llm.models import Completion
from ..validation.models import Challenge, RequestWithInputs, Signal, TestResult, ValidationRequest, Verdict
from .classify import kind_of, missing_distribution, why
from .conversation.prompting import LanguagePart
from .diffs import changes, unified
from .models import Attempt, Judgement, Origin, Plan, Task
from .notebook import known_names
from .ports import Judge, Recorder
from .requirements import name_of, named_by_user
from .source.suites import bare_id
from .summaries import signal_events

# How often a run that the sandbox lost is begun again before the user is told.
_LOST_RUNS = 2


@dataclass(frozen=True)
class Draft:
    """Code as a model gave it."""

    files: Mapping[str, str]
    requirements: Sequence[str]
    notes: Sequence[str]
    completion: Completion
    started_at: str
    fix_applied: str | None = None
    origin: Origin = "draft"


@dataclass(frozen=True)
class Judged:
    """A verdict, or why there is none; with the requirements it was reached with."""

    verdict: Verdict | None
    requirements: list[str]
    error_class: str | None
    error_message: str | None
    may_recover: bool = True
    """Whether the same may go well a moment later."""


class Prover:
    """Judges the drafts of one execution."""

    def __init__(
        self,
        judge: Judge,
        recorder: Recorder,
        language: LanguagePart,
        task: Task,
        plan: Plan,
        judgement: Judgement,
    ) -> None:
        self._judge = judge
        self._recorder = recorder
        self._judgement = judgement
        self._language = language
        self._task = task
        self._plan = plan
        self._known_names = known_names(task)
        self._turns = Turns()
        self._observed: dict[str, dict[str, tuple[str, ...]]] = {}
        self.origin: Mapping[str, str] = {}
        """What the first attempt is compared with."""

    async def prove(self, draft: Draft, tests: Mapping[str, str], earlier: Sequence[Attempt]) -> Attempt:
        """The draft as the next attempt, recorded. Where the judge raises, the attempt says why."""
        number = len(earlier) + 1
        as_it_is = draft.origin in ("recording", "given")
        files = dict(draft.files) if as_it_is else await self.tidied(dict(draft.files))
        before = earlier[-1].files if earlier else self.origin
        diff = unified(before, files)
        await self._announce(number, draft, files, before, diff)
        twin = next(
            (a for a in earlier if a.files == files and a.requirements == list(draft.requirements)), None
        )
        if twin is None:
            judged = await self.judged(number, files, list(draft.requirements), tests)
        else:
            # Judging the same bytes again would say the same again.
            sentence = (
                f"The model gave the code of attempt {twin.number} again. {twin.error_message or ''}".strip()
            )
            judged = Judged(twin.verdict, twin.requirements, twin.error_class, sentence)
        for event in signal_events(judged.verdict) if judged.verdict else ():
            await self._recorder.event("signal", {"attempt": number, **event})
        attempt = Attempt(
            number=number,
            origin=draft.origin,
            files=files,
            requirements=judged.requirements,
            diff=diff,
            verdict=judged.verdict,
            error_class=judged.error_class,
            error_message=judged.error_message,
            fix_applied=draft.fix_applied,
            notes=list(draft.notes),
            model=draft.completion.model,
            hops=draft.completion.hops,
            input_tokens=draft.completion.input_tokens,
            output_tokens=draft.completion.output_tokens,
            cost_usd=draft.completion.cost_usd,
            started_at=draft.started_at,
            finished_at=iso(now()),
        )
        await self._recorder.attempt(attempt)
        return attempt

    async def prove_again(self, attempt: Attempt, tests: Mapping[str, str]) -> Attempt:
        """The same attempt judged by other tests than before, recorded in its place."""
        judged = await self.judged(attempt.number, attempt.files, attempt.requirements, tests)
        for event in signal_events(judged.verdict) if judged.verdict else ():
            await self._recorder.event("signal", {"attempt": attempt.number, **event})
        again = attempt.model_copy(
            update={
                "verdict": judged.verdict,
                "error_class": judged.error_class,
                "error_message": judged.error_message,
                "finished_at": iso(now()),
            }
        )
        await self._recorder.attempt(again)
        return again

    async def examine(
        self, files: Mapping[str, str], requirements: Sequence[str], tests: Mapping[str, str]
    ) -> Verdict | None:
        """The verdict on a solution that is no attempt; None where it can't be judged."""
        return (await self.judged_once(dict(files), list(requirements), tests)).verdict

    async def observe(
        self, files: Mapping[str, str], requirements: Sequence[str], tests: Mapping[str, str]
    ) -> dict[str, tuple[str, ...]]:
        """What the solution gives where the tests compare, and on further inputs; nothing where that fails."""
        request = self.request(dict(files), list(requirements), tests)
        # The notebook is the same for all of them, and may be megabytes.
        key = request.model_dump_json(exclude={"notebook"})
        async with self._turns.of(key):
            if key not in self._observed:
                try:
                    self._observed[key] = await self._judge.observe(
                        request, generated=True, allowed_packages=self._allowed(requirements)
                    )
                except AgentError:
                    return {}
            return self._observed[key]

    async def challenge(self, attempt: Attempt, tests: Mapping[str, str]) -> Challenge | None:
        """How well the tests would notice mistakes in a proved attempt; None where that can't be had."""
        if attempt.verdict is None:
            return None
        request = self.request(attempt.files, attempt.requirements, tests)
        try:
            return await self._judge.challenge(
                request,
                attempt.verdict,
                generated=True,
                allowed_packages=self._allowed(attempt.requirements),
            )
        except AgentError:
            return None

    async def tidied(self, files: dict[str, str]) -> dict[str, str]:
        """The files formatted and safely mended."""
        notebook = [path for path in files if path == self._language.solution]
        try:
            return await self._judge.tidy(self._plan.language, files, notebook=notebook)
        except AgentError:
            # Tidying is a convenience: if the part is really missing, judging says so.
            return files

    async def _announce(
        self, number: int, draft: Draft, files: Mapping[str, str], before: Mapping[str, str], diff: str
    ) -> None:
        code = {
            "attempt": number,
            "files": sorted(files),
            "lines": sum(text.count("\n") for text in files.values()),
            "model": draft.completion.model,
            "cost_usd": draft.completion.cost_usd,
            "hops": [hop.model_dump(mode="json") for hop in draft.completion.hops],
            "notes": list(draft.notes),
        }
        await self._recorder.event("code", code)
        changed = changes(before, files)
        lines = {"added": changed.added, "removed": changed.removed}
        await self._recorder.event("diff", {"attempt": number, **lines, "unified_diff": diff})

    async def judged(
        self, number: int, files: dict[str, str], requirements: list[str], tests: Mapping[str, str]
    ) -> Judged:
        """Run until the verdict is on the code itself: lost runs are repeated, missing packages added."""
        lost, before = 0, None
        while True:
            await self._recorder.event("run", {"attempt": number, "of": self._task.max_attempts})
            judged = await self.judged_once(files, requirements, tests)
            if before is not None and judged.verdict is None and judged.error_class != "infrastructure":
                # The package that was added may not or can't be installed: the code has to do without it.
                return replace(before, error_message=f"{before.error_message} {judged.error_message}")
            package = missing_distribution(judged.verdict) if judged.verdict else None
            if kind_of(judged.error_class).fault == "ours" and judged.may_recover and lost < _LOST_RUNS:
                lost += 1
                fix = "Running it again."
            elif package is not None and name_of(package) not in map(name_of, requirements):
                before = judged
                requirements = [*requirements, package]
                fix = f"Adding {package} to the requirements."
            else:
                return judged
            retry = {"error_class": judged.error_class, "reason": judged.error_message, "fix": fix}
            await self._recorder.event("retry", {"attempt": number, **retry})

    async def judged_once(
        self, files: dict[str, str], requirements: list[str], tests: Mapping[str, str]
    ) -> Judged:
        """One run; where the judge raises, why."""
        request = self.request(files, requirements, tests)
        try:
            verdict = await self._judge.validate(
                request, generated=True, allowed_packages=self._allowed(requirements)
            )
        except AgentError as error:
            ours = isinstance(error, MissingPart | TimedOut)
            error_class = "infrastructure" if ours else error.reason
            return Judged(None, requirements, error_class, error.message, not isinstance(error, ImageMissing))
        return Judged(self._marked(verdict), requirements, verdict.error_class, why(verdict))

    def _allowed(self, requirements: Sequence[str]) -> list[str]:
        return [*self._task.allowed_packages, *named_by_user(self._task.prompt, list(requirements))]

    def _marked(self, verdict: Verdict) -> Verdict:
        """The verdict with what only the loop knows of its tests: which are hidden, and which were taken out."""
        tests = verdict.signals.tests
        if tests is None:
            return verdict
        results = [
            result.model_copy(update={"hidden": bare_id(result.id) in self._judgement.hidden})
            for result in tests.results
        ]
        results += [
            TestResult(id=test.id, outcome="quarantined", message=test.reason, kind="soft")
            for test in self._judgement.quarantined
        ]
        signals = verdict.signals.model_copy(update={"tests": tests.model_copy(update={"results": results})})
        return verdict.model_copy(update={"signals": signals})

    def request(
        self, files: dict[str, str], requirements: list[str], tests: Mapping[str, str]
    ) -> ValidationRequest:
        """What the judge is asked."""
        signals: list[Signal] = ["tests", "lint", "security"] if self._task.security else ["tests", "lint"]
        return RequestWithInputs(
            inputs=self._task.inputs,
            language=self._plan.language,
            files=files,
            tests=dict(tests),
            requirements=requirements,
            signals=signals,
            timeout_seconds=self._task.timeout_seconds,
            cell=self._language.solution if self._language.solution in files else None,
            known_names=self._known_names,
            notebook=self._task.notebook if self._language.solution in files else None,
            kernel_python=self._task.kernel_python,
            examples=self._plan.examples,
            request_text=self._task.prompt,
        )
