"""Scripted stand-ins for what the room stands on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jupyter_coding_agent.core.errors import NoTemplateFits
from jupyter_coding_agent.llm.catalog import ModelInfo
from jupyter_coding_agent.llm.models import DataSample, Listener, Message, ModelRequest
from jupyter_coding_agent.llm.providers.base import ProviderFailure, Reply


@dataclass
class Rendered:
    template_id: str = "mean"
    name: str = "Mean"
    files: dict[str, str] = field(default_factory=lambda: {"solution.py": "print(1)\n"})
    tests: dict[str, str] = field(default_factory=lambda: {"test_solution.py": "def test(): pass\n"})
    requirements: list[str] = field(default_factory=list)
    note: str = ""


class FakeLibrary:
    """Has one template, or none."""

    def __init__(self, rendered: Rendered | None = None) -> None:
        self.rendered = rendered
        self.asked: list[tuple[str, str, str | None]] = []
        self.variables: list[Mapping[str, Any] | None] = []
        self.counted: list[str] = []

    async def answer(
        self,
        prompt: str,
        language: str,
        template_id: str | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> Rendered:
        self.asked.append((prompt, language, template_id))
        self.variables.append(variables)
        if self.rendered is None:
            raise NoTemplateFits("No template fits this request.")
        return self.rendered

    async def used(self, template_id: str) -> None:
        self.counted.append(template_id)


class FakeProvider:
    """Answers each model from its own script: texts, replies, failures, or None to hang."""

    def __init__(self, **scripts: Sequence[str | Reply | ProviderFailure | None]) -> None:
        self.scripts = {name.replace("__", "/"): list(script) for name, script in scripts.items()}
        self.calls: list[tuple[str, list[Message]]] = []
        self.listeners: list[Listener | None] = []
        self.hanging = asyncio.Event()

    async def complete(
        self,
        model: ModelInfo,
        messages: list[Message],
        *,
        temperature: float,
        max_tokens: int,
        listener: Listener | None = None,
    ) -> Reply:
        self.calls.append((model.name, messages))
        self.listeners.append(listener)
        answer = self.scripts[model.name].pop(0)
        if answer is None:
            self.hanging.set()
            await asyncio.Event().wait()
        if isinstance(answer, ProviderFailure):
            raise answer
        return Reply(answer) if isinstance(answer, str) else answer

    async def close(self) -> None:
        """Nothing to close."""

    @property
    def asked(self) -> list[str]:
        return [name for name, _ in self.calls]


class FakeClock:
    """A clock that goes only where a sleep takes it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def request(**changes: object) -> ModelRequest:
    """A request for code."""
    values: dict[str, object] = {
        "purpose": "code",
        "tier": "simple",
        "prompt": "the mean of a list",
        "messages": [
            Message(role="system", content="You write code."),
            Message(role="user", content="Mean."),
        ],
        "user": "ada",
    }
    return ModelRequest.model_validate(values | changes)


SAMPLE = DataSample(name="df", text="secret_row 42")
