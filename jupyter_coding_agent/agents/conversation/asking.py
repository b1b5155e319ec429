"""One question to a model: asked, read, and asked once more where the reply can't be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

from ...core.errors import AgentError, StorageUnavailable
from ...llm.models import Completion, Message, ModelRequest, Purpose, TierName
from ..budget import Budget
from ..classify import Halted
from ..models import Plan, StartingPoint, Task
from ..notebook import given_files, relevant_cells, relevant_variables
from ..ports import Model
from .fencing import shorten
from .prompting import LanguagePart, Prompts
from .replies import Reply, parse_reply

Question = Literal["tests", "code", "repair", "fresh", "alternative", "strengthen", "retest", "fix", "own"]
"""The prompt templates that ask for files."""
# The built-in templates have nothing to say about code of the user's own: they answer none of these purposes.
_PURPOSES: dict[Question, Purpose] = {
    "fresh": "repair",
    "retest": "tests",
    "fix": "repair",
    "own": "strengthen",
}
_FOR_TESTS: frozenset[Question] = frozenset({"tests", "strengthen", "retest", "own"})
_MAX_TOKENS = {"simple": 4_096, "medium": 4_096, "complex": 8_192}
_QUOTED_REPLY = 8_000


@dataclass(frozen=True)
class Answer:
    """A usable reply, and what it cost (all calls that it took)."""

    reply: Reply
    completion: Completion


@dataclass(frozen=True)
class _Call:
    question: Question
    tier: TierName
    temperature: float


class Asker:
    """Asks on behalf of one execution, within its budget: every call is added to it, usable or not."""

    def __init__(
        self,
        model: Model,
        prompts: Prompts,
        language: LanguagePart,
        task: Task,
        plan: Plan,
        budget: Budget,
        start: StartingPoint | None = None,
    ) -> None:
        self.language = language
        self.task = task
        self.plan = plan
        self.budget = budget
        self._model = model
        self._prompts = prompts
        self._start = start

    async def ask(
        self,
        question: Question,
        *,
        accept: Callable[[Reply], Reply],
        temperature: float = 0.0,
        tier: TierName | None = None,
        **context: Any,
    ) -> Answer:
        """Render the prompt of this question and ask, the plan's tier unless told.

        `accept` returns the reply as it will be used, or with a reason why it can't be. Raises Halted, with a
        sentence for people, where no model answers, the model declines, two replies can't be used, or the
        budget is spent.
        """
        want: Literal["tests", "code"] = "tests" if question in _FOR_TESTS else "code"
        messages = [
            Message(role="system", content=self._render("system")),
            Message(role="user", content=self._render(question, **context)),
        ]
        call = _Call(question, tier or self.plan.tier, temperature)
        max_tokens = _MAX_TOKENS[call.tier]
        first = await self._complete(call, messages, max_tokens)
        path = self._file_of(question)
        reply = self._read(first, want, path, accept)
        if not reply.reason:
            return Answer(reply, first)
        messages += [
            Message(role="assistant", content=shorten(first.text, _QUOTED_REPLY) or "(nothing)"),
            Message(role="user", content=self._render("again", reason=reply.reason, path=path)),
        ]
        second = await self._complete(call, messages, max_tokens * (2 if first.truncated else 1))
        reply = self._read(second, want, path, accept)
        if reply.reason:
            raise Halted(
                f"The model {second.model} answered twice with something that can't be used. {reply.reason} "
                "Word the request more plainly, or choose another model."
            )
        return Answer(reply, _together(first, second))

    def _file_of(self, question: Question) -> str:
        language = self.language
        files = {
            "tests": language.test_file,
            "own": language.test_file,
            "retest": language.second_test_file,
            "strengthen": language.further_test_file,
        }
        return files.get(question, language.solution)

    def _read(
        self,
        completion: Completion,
        want: Literal["tests", "code"],
        path: str,
        accept: Callable[[Reply], Reply],
    ) -> Reply:
        reply = parse_reply(completion.text, self.language, want, path=path, cut_off=completion.truncated)
        if reply.refused:
            raise Halted(f"The model {completion.model} declined the request: {reply.reason}")
        return reply if reply.reason else accept(reply)

    async def _complete(self, call: _Call, messages: list[Message], max_tokens: int) -> Completion:
        self.budget.check()
        request = ModelRequest(
            purpose=_PURPOSES.get(call.question) or cast(Purpose, call.question),
            tier=call.tier,
            messages=messages,
            prompt=self.task.prompt,
            goes_on=bool(self.task.conversation.files),
            language=self.plan.language,
            template_id=self.task.template_id,
            template_variables=self.task.template_variables,
            models=self.task.models.get(call.tier, []),
            samples=self.task.samples,
            temperature=call.temperature,
            max_tokens=max_tokens,
            execution_id=self.task.execution_id,
            user=self.task.user,
        )
        try:
            completion = await self._model.complete(request)
        except StorageUnavailable:
            raise
        except AgentError as error:
            raise Halted(error.message) from error
        self.budget.cost_usd += completion.cost_usd
        return completion

    def _render(self, template: str, **context: Any) -> str:
        return self._prompts.render(
            template,
            language=self.language,
            prompt=self.task.prompt,
            examples=self.plan.examples,
            kernel_python=self.task.kernel_python,
            variables=relevant_variables(self.task),
            cells=relevant_cells(self.task),
            start=self._start,
            conversation=self.task.conversation,
            inputs=given_files(self.task),
            **context,
        )


def _together(first: Completion, second: Completion) -> Completion:
    """The second reply, with what both calls took."""
    return second.model_copy(
        update={
            "hops": [*first.hops, *second.hops],
            "input_tokens": first.input_tokens + second.input_tokens,
            "output_tokens": first.output_tokens + second.output_tokens,
            "cost_usd": first.cost_usd + second.cost_usd,
            "latency_ms": first.latency_ms + second.latency_ms,
        }
    )
