"""One question to a model: asked, read, and asked once more where the reply can't be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from ..core.errors import AgentError, StorageUnavailable
from ..llm.models import Completion, Message, ModelRequest
from .classify import Halted
from .fencing import shorten
from .models import Plan, Task
from .notebook import relevant_cells, relevant_variables
from .ports import Model
from .prompting import LanguagePart, Prompts
from .replies import Reply, parse_reply

_MAX_TOKENS = {"simple": 4_096, "medium": 4_096, "complex": 8_192}
_QUOTED_REPLY = 8_000


@dataclass(frozen=True)
class Answer:
    """A usable reply, and what it cost (all calls that it took)."""

    reply: Reply
    completion: Completion


class Asker:
    """Asks on behalf of one execution. `cost_usd` is what its calls have cost so far, usable or not."""

    def __init__(
        self, model: Model, prompts: Prompts, language: LanguagePart, task: Task, plan: Plan
    ) -> None:
        self.language = language
        self.task = task
        self.plan = plan
        self.cost_usd = 0.0
        self._model = model
        self._prompts = prompts

    async def ask(
        self,
        purpose: Literal["tests", "code", "repair"],
        *,
        accept: Callable[[Reply], Reply],
        temperature: float = 0.0,
        **context: Any,
    ) -> Answer:
        """Render the prompt of this purpose and ask.

        `accept` returns the reply as it will be used, or with a reason why it can't be. Raises Halted, with a
        sentence for people, where no model answers, the model declines, or two replies can't be used.
        """
        want: Literal["tests", "code"] = "tests" if purpose == "tests" else "code"
        messages = [
            Message(role="system", content=self._render("system")),
            Message(role="user", content=self._render(purpose, **context)),
        ]
        max_tokens = _MAX_TOKENS[self.plan.tier]
        first = await self._complete(purpose, messages, temperature, max_tokens)
        reply = self._read(first, want, accept)
        if not reply.reason:
            return Answer(reply, first)
        path = self.language.test_file if want == "tests" else self.language.solution
        messages += [
            Message(role="assistant", content=shorten(first.text, _QUOTED_REPLY) or "(nothing)"),
            Message(role="user", content=self._render("again", reason=reply.reason, path=path)),
        ]
        second = await self._complete(
            purpose, messages, temperature, max_tokens * (2 if first.truncated else 1)
        )
        reply = self._read(second, want, accept)
        if reply.reason:
            raise Halted(
                f"The model {second.model} answered twice with something that can't be used. {reply.reason} "
                "Word the request more plainly, or choose another model."
            )
        return Answer(reply, _together(first, second))

    def _read(
        self, completion: Completion, want: Literal["tests", "code"], accept: Callable[[Reply], Reply]
    ) -> Reply:
        reply = parse_reply(completion.text, self.language, want, cut_off=completion.truncated)
        if reply.refused:
            raise Halted(f"The model {completion.model} declined the request: {reply.reason}")
        return reply if reply.reason else accept(reply)

    async def _complete(
        self,
        purpose: Literal["tests", "code", "repair"],
        messages: list[Message],
        temperature: float,
        max_tokens: int,
    ) -> Completion:
        request = ModelRequest(
            purpose=purpose,
            tier=self.plan.tier,
            messages=messages,
            prompt=self.task.prompt,
            language=self.plan.language,
            template_id=self.task.template_id,
            samples=self.task.samples,
            temperature=temperature,
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
        self.cost_usd += completion.cost_usd
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
