"""Surroundings that a test changes, and a pipeline in them whose receipts verify."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_coding_agent.agents.models import Attempt, Outcome
from jupyter_coding_agent.agents.settings import AgentSettings
from jupyter_coding_agent.core.errors import ImageMissing
from jupyter_coding_agent.core.settings import Settings
from jupyter_coding_agent.executions.models import ReplayRequest
from jupyter_coding_agent.executions.replay import Replays
from jupyter_coding_agent.executions.reuse import Reuse
from jupyter_coding_agent.executions.service import ExecutionService
from jupyter_coding_agent.executions.surroundings import Surroundings
from jupyter_coding_agent.llm.models import ConfiguredModel
from jupyter_coding_agent.sessions.service import SessionService
from jupyter_coding_agent.sessions.settings import SessionSettings
from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.validation.models import ValidationRequest
from jupyter_coding_agent.validation.receipts import Signer, content_of
from tests.scripted_loop import PLAN, TESTS, TESTS_COMPLETION, USER, ScriptedLoop, attempt, outcome

from .conftest import Start


@dataclass
class World:
    """What the engine stands in; `rebuilt` is a new engine after something has changed."""

    database: Database
    start: Start
    data: Path
    loop: ScriptedLoop = field(default_factory=ScriptedLoop)
    chain: list[str] = field(default_factory=lambda: ["groq/one", "openai/two"])
    keys: set[str] = field(default_factory=lambda: {"groq/one", "openai/two"})
    answering: list[str] = field(default_factory=lambda: ["groq/one"])
    digest: str | None = "sha256:1"
    prompts: str = "3"
    product: str = "0.1.0"
    settings: list[Settings] = field(default_factory=lambda: [AgentSettings(environ={})])
    templates: str = ""
    digests_asked: int = 0

    def configured(self, tier: str) -> list[ConfiguredModel]:
        named = [
            ConfiguredModel(
                model=name, address="", local=False, missing=None if name in self.keys else "no key is set"
            )
            for name in self.chain
        ]
        return [*named, ConfiguredModel(model="templates", address="", local=True, missing=None)]

    async def served(self, execution_id: str) -> dict[str, list[str]]:
        return {"simple": list(self.answering)} if self.loop.tasks else {}

    async def image_digest(self, language: str) -> str:
        self.digests_asked += 1
        if self.digest is None:
            raise ImageMissing("The image is not built.")
        return self.digest

    async def service(self, **options: Any) -> ExecutionService:
        surroundings = self.surroundings()
        signer = Signer.load(self.data)
        self.loop.script = self._signed(signer)
        return await self.start(
            self.loop,
            signer=signer,
            surroundings=surroundings,
            reuse=Reuse(
                self.database,
                surroundings,
                signer,
                SessionService(self.database, SessionSettings(environ={})),
            ),
            **options,
        )

    def surroundings(self) -> Surroundings:
        return Surroundings(
            self, self.image_digest, self.prompts, self.settings, self.product, lambda: self.templates
        )

    def replays(self, service: ExecutionService) -> Replays:
        return Replays(self.database, self.surroundings(), service)

    def attempts(self) -> list[Attempt]:
        """What the loop comes to; the last one is delivered."""
        return [attempt(1, "x = 1\n")]

    status: str = "passed"

    def _signed(self, signer: Signer):  # type: ignore[no-untyped-def]
        async def script(recorder, task, history) -> Outcome:  # type: ignore[no-untyped-def]
            await recorder.event("plan", PLAN.model_dump())
            await recorder.tests_written(TESTS, TESTS_COMPLETION)
            made = self.attempts()
            for one in made:
                assert one.verdict is not None
                judged = ValidationRequest(files=one.files, tests=TESTS)
                one.verdict.receipt = signer.sign(content_of(judged, one.verdict))
                await recorder.attempt(one)
            return outcome(*made, status=self.status)

        return script


async def ended(service: ExecutionService, name: str, user: str = USER) -> list[str]:
    """The kinds of its events, to the last."""
    return [event.kind async for event in await service.follow(user, name, 0)]


def replaying(mode: str = "again", **modifications: Any) -> ReplayRequest:
    return ReplayRequest.model_validate({"mode": mode, "modifications": modifications})
