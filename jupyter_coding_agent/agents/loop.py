"""The loop from a request to code that is believed: analyze, tests, code, judge, challenge, blame, repair."""

from __future__ import annotations

from ..core.errors import AgentError, StorageUnavailable, Unprocessable
from .analyzer import analyze
from .budget import Budget
from .case import Case
from .classify import Halted
from .conversation.asking import Asker
from .conversation.prompting import Prompts
from .delivery import cost_of, deliver
from .drafting import next_draft
from .fixing import delivery as fixing_delivery
from .fixing.book import Book
from .fixing.fixer import mend
from .fixing.proving import CellProver
from .judgement.settling import settled
from .laws.testing import law_tests
from .models import Fix, History, Outcome, OwnTests, Plan, Recording, StartingPoint, Task
from .ports import Judge, Model, Recorder, Templates
from .prover import Prover
from .recording import prove_recording
from .settings import AgentSettings
from .source import suites
from .tester import count_tests, write_tests
from .testing_own import findings_of, test_own

_LAWS_FILE = "test_laws.py"


class Loop:
    """Carries executions out, one at a time. Cancelling the task that runs it stops it at any point."""

    def __init__(
        self,
        model: Model,
        judge: Judge,
        recorder: Recorder,
        prompts: Prompts | None = None,
        settings: AgentSettings | None = None,
        templates: Templates | None = None,
    ) -> None:
        self._model = model
        self._judge = judge
        self._recorder = recorder
        self._prompts = prompts or Prompts()
        self._settings = settings or AgentSettings()
        self._templates = templates

    async def run(self, task: Task, history: History | None = None) -> Outcome:
        """Go on from what `history` holds until an attempt is believed or there is nothing left to try.

        No fault of a model, of generated code or of the sandbox raises: the outcome explains it. What the
        recorder raises does, and StorageUnavailable from wherever it comes.
        """
        known = history.model_copy(deep=True) if history else History()
        plan = analyze(task, self._prompts.version)
        budget = Budget(self._settings.max_cost_usd, self._settings.max_seconds, cost_of(known))
        if task.fix is not None:
            return await self._fix(task, task.fix, plan, known, budget)
        if task.own_tests is not None:
            return await self._test_own(task, task.own_tests, plan, known, budget)
        ended = ""
        try:
            case = self._case(task, plan, known, budget, await self._start(task))
            if not known.tests:
                await self._recorder.event("plan", plan.model_dump(mode="json"))
                await self._write_tests(case)
            while not await settled(case):
                draft = await next_draft(case)
                known.attempts.append(await case.prover.prove(draft, known.tests, known.attempts))
        except Halted as halt:
            ended = halt.sentence
        except Unprocessable as error:
            ended = error.message
        return deliver(plan, known, ended, budget.cost_usd)

    async def _fix(self, task: Task, fix: Fix, plan: Plan, known: History, budget: Budget) -> Outcome:
        """A cell of the user's own mended: its run is what is judged, so there are no tests and no examples."""
        plan = plan.model_copy(update={"examples": []})
        case = self._case(task, plan, known, budget)
        prover = CellProver(
            self._judge, self._recorder, case.asker.language, task, plan, known.judgement, Book(fix)
        )
        await self._recorder.event("plan", plan.model_dump(mode="json"))
        ended = ""
        try:
            await mend(case, fix, prover)
        except Halted as halt:
            ended = halt.sentence
        return fixing_delivery.deliver(fix, plan, known, prover, ended, budget.cost_usd)

    async def _test_own(
        self, task: Task, own: OwnTests, plan: Plan, known: History, budget: Budget
    ) -> Outcome:
        """Tests for a cell of the user's own: they are written and run, and neither they nor it are repaired."""
        plan = plan.model_copy(update={"examples": []})
        case = self._case(task, plan, known, budget)
        await self._recorder.event("plan", plan.model_dump(mode="json"))
        ended = ""
        try:
            await test_own(case, own)
        except Halted as halt:
            ended = halt.sentence
        outcome = deliver(plan, known, ended, budget.cost_usd)
        return findings_of(outcome, own.name or "The cell")

    async def _start(self, task: Task) -> StartingPoint | None:
        """The template that the request wants adapted. Raises Halted where it is gone."""
        if self._templates is None or task.template_id is None or task.template_variables is not None:
            return None
        try:
            found = await self._templates.starting_point(task.template_id, task.prompt)
        except StorageUnavailable:
            raise
        except AgentError as error:
            raise Halted(error.message) from error
        return StartingPoint(files=found.files, tests=found.tests)

    async def prove(self, task: Task, recording: Recording) -> Outcome:
        """Prove again what an earlier execution delivered, without any model. Raises as `run` does."""
        plan = analyze(task, self._prompts.version)
        case = self._case(task, plan, History(), Budget(0, self._settings.max_seconds, 0.0))
        await self._recorder.event("plan", plan.model_dump(mode="json"))
        ended = await prove_recording(case, recording)
        return deliver(plan, case.known, ended, 0.0)

    def _case(
        self, task: Task, plan: Plan, known: History, budget: Budget, start: StartingPoint | None = None
    ) -> Case:
        language = self._prompts.language(plan.language)
        asker = Asker(self._model, self._prompts, language, task, plan, budget, start)
        prover = Prover(self._judge, self._recorder, language, task, plan, known.judgement)
        return Case(asker, prover, self._recorder, known, self._settings)

    async def _write_tests(self, case: Case) -> None:
        answer = await write_tests(case.asker)
        known, task = case.known, case.asker.task
        known.tests, known.tests_completion = dict(answer.reply.files), answer.completion
        if self._settings.judgement == "full":
            laws = law_tests(task.prompt)
            known.tests |= {_LAWS_FILE: laws} if laws else {}
            known.judgement.hidden = suites.choose_hidden(known.tests, task.hiding)
        await self._recorder.tests_written(known.tests, answer.completion)
        await case.keep()
        shown = {
            "files": sorted(known.tests),
            "count": count_tests(known.tests),
            "hard": len(case.asker.plan.examples),
            "hidden": len(known.judgement.hidden),
            "model": answer.completion.model,
            "cost_usd": answer.completion.cost_usd,
        }
        await self._recorder.event("tests", shown)
