"""Replays: the same request, context and models, unless modified; and what is said where that can't be."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_coding_agent.agents.settings import AgentSettings
from jupyter_coding_agent.core.errors import Conflict, InvalidInput, NotFound, TooLarge
from jupyter_coding_agent.executions.models import PROMPT_LENGTH, ExecutionView, Replayed
from jupyter_coding_agent.executions.service import ExecutionService
from jupyter_coding_agent.storage.database import Database
from tests.scripted_loop import PLAN, TESTS, USER, Gate, request

from .conftest import Start
from .surroundings import World, ended, replaying

CONTEXT = {"variables": {"df": "DataFrame (3, 2)"}, "cells": [{"source": "x = 1"}], "kernel_python": "3.12"}


@pytest.fixture
def world(database: Database, start: Start, tmp_path: Path) -> World:
    return World(database, start, tmp_path)


async def ask(service: ExecutionService, **fields: object) -> str:
    name = (await service.accept(USER, request(**fields))).execution_id
    await ended(service, name)
    return name


async def replay(world: World, service: ExecutionService, name: str, *args, **kwargs) -> Replayed:
    answer = await world.replays(service).replay(USER, name, replaying(*args, **kwargs))
    await ended(service, answer.new_execution_id)
    return answer


async def view_of(service: ExecutionService, answer: Replayed) -> ExecutionView:
    return await service.view(USER, answer.new_execution_id)


async def test_everything_is_as_it_was_and_the_models_are_asked_by_name(world: World):
    service = await world.service()
    world.answering = ["openai/two"]
    name = await ask(service, context=CONTEXT, max_attempts=2)
    answer = await replay(world, service, name)
    assert answer.differs == []
    first, second = world.loop.tasks
    free = {"execution_id": "", "models": {}, "seed": "", "language": None, "tier": None}
    assert second.model_copy(update=free) == first.model_copy(update=free)
    assert (second.models, second.seed) == ({"simple": ["openai/two"]}, name)
    assert second.hiding == first.hiding
    # As the first was found to be from its words.
    assert (second.language, second.tier) == (PLAN.language, PLAN.tier)
    view = await view_of(service, answer)
    assert (view.replay_of, view.differs, view.retry_of) == (name, [], None)
    assert f"Replay: of {name}. Everything else is as it was recorded." in view.explanation
    assert view.cached_from is None


async def test_a_replay_of_a_replay_hides_the_same_tests_and_asks_the_same_models(world: World):
    service = await world.service()
    name = await ask(service)
    again = await replay(world, service, name)
    last = await replay(world, service, again.new_execution_id)
    assert (await view_of(service, last)).replay_of == again.new_execution_id
    assert world.loop.tasks[2].hiding == world.loop.tasks[0].hiding
    assert world.loop.tasks[2].models == world.loop.tasks[1].models


async def test_in_a_session_more_has_been_said_meanwhile(world: World, begin, database: Database):
    service = await world.service()
    session = await begin("Sorting")
    name = await ask(service, session_id=session)
    answer = await replay(world, service, name)
    assert [(one.what, one.present) for one in answer.differs] == [("session", session)]
    assert (await view_of(service, answer)).session_id == session
    assert (await replay(world, service, name, session_id=None)).differs == []
    assert (await replay(world, service, name, "from_recording")).differs == []
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM sessions")
    answer = await replay(world, service, name)
    assert [(one.what, one.present) for one in answer.differs] == [("session", None)]


async def test_words_are_added_and_options_changed(world: World):
    service = await world.service()
    name = await ask(service, prompt="sort")
    answer = await replay(world, service, name, prompt_suffix="descending", enable_security_scan=False)
    task = world.loop.tasks[1]
    assert (task.prompt, task.security) == ("sort\n\ndescending", False)
    assert task.models == {"simple": ["groq/one"]}
    view = await view_of(service, answer)
    assert "with enable_security_scan, prompt_suffix modified" in view.explanation


@pytest.mark.parametrize("change", [{"tier": "complex"}, {"llm_preference": "quality"}, {"tier": None}])
async def test_who_changes_what_chooses_the_models_gets_those(world: World, change: dict[str, object]):
    service = await world.service()
    name = await ask(service)
    answer = await replay(world, service, name, **change)
    assert (world.loop.tasks[1].models, answer.differs) == ({}, [])
    assert world.loop.tasks[1].tier == change.get("tier")


@pytest.mark.parametrize("name", ["prompt", "fresh", "modle", "prompt_sufix"])
def test_what_is_no_option_is_named(name: str):
    with pytest.raises(ValueError, match=rf"modifications\.{name}"):
        replaying(**{name: "x"})


async def test_too_many_words_are_refused(world: World):
    service = await world.service()
    name = await ask(service)
    with pytest.raises(TooLarge) as refused:
        await replay(world, service, name, prompt_suffix="x" * PROMPT_LENGTH)
    assert refused.value.field == "modifications.prompt_suffix"


@pytest.mark.parametrize(
    ("changes", "what", "recorded", "present"),
    [
        ({"digest": "sha256:2"}, "image", "sha256:1", "sha256:2"),
        ({"digest": None}, "image", "sha256:1", None),
        ({"chain": ["openai/two"]}, "model", "groq/one", None),
        ({"keys": {"openai/two"}}, "model", "groq/one", None),
        ({"prompts": "4"}, "prompts", "3", "4"),
        ({"product": "0.2.0"}, "product", "0.1.0", "0.2.0"),
        ({"settings": [AgentSettings(environ={}, max_samples=0)]}, "settings", None, "AgentSettings"),
    ],
    ids=lambda value: str(value) if not isinstance(value, dict) else "-".join(value),
)
async def test_what_differs_is_said(world: World, changes, what: str, recorded, present):
    name = await ask(service := await world.service())
    await service.close()
    for field, value in changes.items():
        setattr(world, field, value)
    service = await world.service()
    answer = await replay(world, service, name)
    (found,) = answer.differs
    assert (found.what, found.recorded, found.present) == (what, recorded, present)
    view = await view_of(service, answer)
    assert view.differs == answer.differs
    assert found.message in view.explanation
    assert world.loop.tasks[1].models == ({} if what == "model" else {"simple": ["groq/one"]})


async def test_what_was_not_recorded_can_not_be_compared(world: World, database: Database):
    service = await world.service()
    name = await ask(service)
    async with database.transaction() as tx:
        await tx.execute("UPDATE code_executions SET provenance = NULL")
    answer = await replay(world, service, name)
    assert [one.what for one in answer.differs] == ["record"]
    # The account of the calls still knows who served.
    assert world.loop.tasks[1].models == {"simple": ["groq/one"]}


async def test_a_recording_is_proved_again_without_the_loop_that_asks_models(world: World):
    service = await world.service()
    name = await ask(service)
    world.prompts, world.chain = "4", ["xai/three"]
    answer = await replay(world, service, name, "from_recording")
    assert len(world.loop.tasks) == 1
    (recording,) = world.loop.recordings
    assert (recording.files, recording.tests) == ({"solution.py": "x = 1\n"}, TESTS)
    assert (recording.passed, recording.model, recording.requirements) == (True, "fake/model", ["pandas"])
    # Neither prompts nor models have a part in it.
    assert answer.differs == []
    view = await view_of(service, answer)
    assert (view.replay_of, view.status) == (name, "passed")
    assert f"Replay: of {name}, the recorded code and tests without any model" in view.explanation


async def test_what_has_not_passed_is_recorded_as_that(world: World):
    world.status = "partial"
    service = await world.service()
    name = await ask(service)
    await replay(world, service, name, "from_recording")
    assert not world.loop.recordings[0].passed


async def test_a_recording_outlives_what_it_is_of(world: World, database: Database):
    service = await world.service()
    name = await ask(service)
    answer = await replay(world, service, name, "from_recording")
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM code_executions WHERE id = ?", (name,))
    view = await view_of(service, answer)
    assert (view.replay_of, view.code) == (None, "x = 1\n")


async def test_where_the_code_stands_its_author_can_not_be_told_anything(world: World):
    service = await world.service()
    name = await ask(service)
    for change in ({"prompt_suffix": "faster"}, {"tier": "complex"}, {"context": {}}):
        with pytest.raises(InvalidInput) as refused:
            await replay(world, service, name, "from_recording", **change)
        assert refused.value.field == f"modifications.{next(iter(change))}"
    await replay(world, service, name, "from_recording", timeout_seconds=5)


async def test_nothing_delivered_is_nothing_to_prove_again(world: World):
    world.attempts = list  # type: ignore[method-assign]
    world.status = "failed"
    service = await world.service()
    name = await ask(service)
    with pytest.raises(Conflict, match="delivered no code"):
        await replay(world, service, name, "from_recording")
    assert (await replay(world, service, name)).differs == []


async def test_what_runs_can_not_be_replayed(world: World):
    service = await world.service()
    world.loop.script = gate = Gate()
    name = (await service.accept(USER, request())).execution_id
    await gate.reached.wait()
    with pytest.raises(Conflict, match="still running"):
        await world.replays(service).replay(USER, name, replaying())


async def test_another_users_execution_can_not_be_replayed(world: World):
    service = await world.service()
    name = await ask(service)
    with pytest.raises(NotFound):
        await world.replays(service).replay("eve", name, replaying())


async def test_the_view_tells_where_a_result_comes_from(world: World):
    service = await world.service()
    view = await service.view(USER, await ask(service, max_attempts=2, context=CONTEXT))
    assert view.provenance is not None
    assert view.provenance.models == {"simple": ["groq/one"]}
    assert view.provenance.parameters["max_attempts"] == 2
    assert (view.provenance.image_digest, view.provenance.language) == ("sha256:1", "python")
    assert (view.provenance.prompts_version, view.provenance.product_version) == ("3", "0.1.0")
    other = await service.view(USER, await ask(service, max_attempts=2))
    assert other.provenance is not None
    assert other.provenance.context_sha256 != view.provenance.context_sha256


async def test_what_is_cancelled_has_a_provenance_too(world: World):
    service = await world.service()
    world.loop.script = gate = Gate()
    name = (await service.accept(USER, request())).execution_id
    await gate.reached.wait()
    await service.cancel(USER, name)
    view = await service.view(USER, name)
    assert view.provenance is not None
    assert view.provenance.image_digest == "sha256:1"
