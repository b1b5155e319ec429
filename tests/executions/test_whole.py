"""The real loop, judge and account of calls around the pipeline; only models and containers are scripted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jupyter_coding_agent.agents.conversation.prompting import Prompts
from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.settings import AgentSettings
from jupyter_coding_agent.executions.replay import Replays
from jupyter_coding_agent.executions.reuse import Reuse
from jupyter_coding_agent.executions.service import ExecutionService
from jupyter_coding_agent.executions.settings import ExecutionSettings
from jupyter_coding_agent.executions.surroundings import Surroundings
from jupyter_coding_agent.llm.providers.base import ServerFailure
from jupyter_coding_agent.llm.service import ModelService
from jupyter_coding_agent.llm.settings import ModelSettings
from jupyter_coding_agent.sessions.service import SessionService
from jupyter_coding_agent.sessions.settings import SessionSettings
from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.validation.receipts import Signer
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.agents.fakes import RIGHT, TESTS_REPLY, WRONG, code_reply
from tests.fakes import FakeRunner
from tests.llm.fakes import FakeLibrary, FakeProvider
from tests.scripted_loop import USER, request

from .surroundings import ended, replaying


@dataclass
class Whole:
    service: ExecutionService
    replays: Replays
    provider: FakeProvider
    runner: FakeRunner

    async def ask(self, **fields: object) -> str:
        name = (await self.service.accept(USER, request(**fields))).execution_id
        await ended(self.service, name)
        return name

    async def replay(self, name: str, mode: str = "again") -> str:
        answer = await self.replays.replay(USER, name, replaying(mode))
        assert answer.differs == []
        await ended(self.service, answer.new_execution_id)
        return answer.new_execution_id


@pytest.fixture
async def whole(database: Database, tmp_path: Path) -> AsyncIterator[Whole]:
    provider = FakeProvider(
        groq__a=[TESTS_REPLY, code_reply(WRONG), code_reply(RIGHT)],
        # Asked only where it is asked by name.
        openai__b=[TESTS_REPLY, code_reply(RIGHT), TESTS_REPLY, code_reply(RIGHT)],
    )
    signer, prompts, runner = Signer.load(tmp_path), Prompts(), FakeRunner()
    agent = AgentSettings(environ={}, judgement="plain")
    judging = ValidationSettings(environ={}, cache_size=0)
    chain = ModelSettings(environ={}, llm_provider=["groq/a", "openai/b"])
    keys = {"GROQ_API_KEY": "g", "OPENAI_API_KEY": "o"}
    models = ModelService(chain, FakeLibrary(), database, environ=keys, provider=provider)
    validator = Validator(runner, judging, signer)
    surroundings = Surroundings(models, runner.image_digest, prompts.version, [agent, judging, chain])
    service = ExecutionService(
        database,
        lambda recorder: Loop(models, validator, recorder, prompts, agent),
        ExecutionSettings(environ={}),
        languages={"python"},
        signer=signer,
        surroundings=surroundings,
        reuse=Reuse(database, surroundings, signer, SessionService(database, SessionSettings(environ={}))),
        pause=0.001,
    )
    await service.start()
    yield Whole(service, Replays(database, surroundings, service), provider, runner)
    await service.close()


async def test_the_same_request_costs_neither_a_call_nor_a_run(whole: Whole):
    first = await whole.ask(prompt="Write add(a, b).")
    assert (await whole.service.view(USER, first)).status == "passed"
    calls, runs = len(whole.provider.calls), len(whole.runner.test_jobs)
    assert (calls, runs) == (3, 2)
    second = await whole.ask(prompt="Write add(a, b).")
    view = await whole.service.view(USER, second)
    assert (view.cached_from, view.code, view.attempt) == (first, RIGHT, 2)
    assert (len(whole.provider.calls), len(whole.runner.test_jobs)) == (calls, runs)


async def test_a_recording_is_proved_by_a_run_and_without_a_call(whole: Whole):
    first = await whole.ask(prompt="Write add(a, b).")
    calls, runs = len(whole.provider.calls), len(whole.runner.test_jobs)
    again = await whole.service.view(USER, await whole.replay(first, "from_recording"))
    assert (len(whole.provider.calls), len(whole.runner.test_jobs)) == (calls, runs + 1)
    assert (again.status, again.code, again.cost) == ("passed", RIGHT, 0)
    assert again.receipt is not None
    assert again.provenance is not None
    assert again.provenance.models == {}


async def test_a_replay_is_served_by_the_model_that_served_though_another_comes_first(whole: Whole):
    whole.provider.scripts["groq/a"] = [ServerFailure("down"), ServerFailure("down")]
    first = await whole.ask(prompt="Write add(a, b).")
    view = await whole.service.view(USER, first)
    assert (view.status, view.model) == ("passed", "openai/b")
    asked = len(whole.provider.asked)
    await whole.replay(first)
    assert whole.provider.asked[asked:] == ["openai/b", "openai/b"]
