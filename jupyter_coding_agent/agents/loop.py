"""The loop from a request to code that was proved to run: analyze, tests, code, run, classify, repair."""

from __future__ import annotations

from ..core.clock import iso, now
from ..core.errors import Unprocessable
from .analyzer import analyze
from .asking import Asker
from .classify import Halted, ending
from .coder import write_code
from .delivery import cost_of, deliver, proved
from .models import History, Outcome, Task
from .ports import Judge, Model, Recorder
from .prompting import Prompts
from .prover import Draft, Prover
from .repairer import repair
from .tester import count_tests, write_tests


class Loop:
    """Carries executions out, one at a time. Cancelling the task that runs it stops it at any point."""

    def __init__(
        self, model: Model, judge: Judge, recorder: Recorder, prompts: Prompts | None = None
    ) -> None:
        self._model = model
        self._judge = judge
        self._recorder = recorder
        self._prompts = prompts or Prompts()

    async def run(self, task: Task, history: History | None = None) -> Outcome:
        """Go on from what `history` holds until something is proved or there is nothing left to try.

        No fault of a model, of generated code or of the sandbox raises: the outcome explains it. What the
        recorder raises does, and StorageUnavailable from wherever it comes.
        """
        known = history.model_copy(deep=True) if history else History()
        plan = analyze(task, self._prompts.version)
        stored_cost = cost_of(known)
        try:
            language = self._prompts.language(plan.language)
        except Unprocessable as error:
            return deliver(plan, known, error.message, stored_cost)
        asker = Asker(self._model, self._prompts, language, task, plan)
        prover = Prover(self._judge, self._recorder, language, task, plan)
        ended = ""
        try:
            if not known.tests:
                await self._recorder.event("plan", plan.model_dump(mode="json"))
                await self._write_tests(asker, known)
            while not proved(known.attempts):
                draft = await self._next_draft(asker, known)
                known.attempts.append(await prover.prove(draft, known.tests, known.attempts))
        except Halted as halt:
            ended = halt.sentence
        return deliver(plan, known, ended, stored_cost + asker.cost_usd)

    async def _write_tests(self, asker: Asker, known: History) -> None:
        answer = await write_tests(asker)
        known.tests, known.tests_completion = answer.reply.files, answer.completion
        await self._recorder.tests_written(known.tests, answer.completion)
        files, model = sorted(known.tests), answer.completion.model
        await self._recorder.event(
            "tests", {"files": files, "count": count_tests(known.tests), "model": model}
        )

    async def _next_draft(self, asker: Asker, known: History) -> Draft:
        """The first code, or the last attempt's mended. Raises Halted if no further attempt may be made."""
        started_at, fix = iso(now()), None
        ended = ending(known.attempts, asker.task.max_attempts)
        if ended:
            raise Halted(ended)
        if not known.attempts:
            answer = await write_code(asker, known.tests)
        else:
            last = known.attempts[-1]
            fix = f"Repair of attempt {last.number}: {last.error_message or last.error_class}"
            retry = {"error_class": last.error_class, "reason": last.error_message}
            await self._recorder.event(
                "retry", {"attempt": last.number, **retry, "fix": "Asking for a repair."}
            )
            answer = await repair(asker, known.tests, known.attempts)
        reply = answer.reply
        return Draft(reply.files, reply.requirements or [], reply.notes, answer.completion, started_at, fix)
