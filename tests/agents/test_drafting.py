"""Climbing the ladder with code that raises, so that nobody doubts the tests."""

from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.settings import AgentSettings
from tests.agents.fakes import (
    ListRecorder,
    ScriptedJudge,
    ScriptedModel,
    a_task,
    a_verdict,
    code_reply,
    result,
)
from tests.agents.world import NAMES, PurposeModel, World, suite_reply
from tests.agents.world import code_reply as reply

TESTS = suite_reply("one", "two")


def broken(name: str):
    return a_verdict([result("test_one", "failed", message=name)], error_class="syntax")


async def climb(judge: ScriptedJudge, model: ScriptedModel, recorder=None, **task):
    loop = Loop(model, judge, recorder or ListRecorder(), settings=AgentSettings(environ={}))
    return await loop.run(a_task(prompt="Write f(x).", **task))


async def test_every_rung_asks_in_its_own_way():
    model = ScriptedModel(TESTS, *(code_reply(f"x = {n}\n") for n in range(1, 5)))
    recorder = ListRecorder()
    judge = ScriptedJudge(*(broken(name) for name in "abcd"))
    outcome = await climb(judge, model, recorder, max_attempts=4)
    assert [attempt.origin for attempt in outcome.attempts] == ["draft", "repair", "reason", "fresh"]
    assert model.purposes == ["tests", "code", "repair", "repair", "repair"]
    assert [request.tier for request in model.requests] == ["simple"] * 4 + ["medium"]
    assert "First state the cause" in model.prompt(3)
    assert "from scratch" in model.prompt(4)
    assert "x = 3" not in model.prompt(4)
    assert [data["rung"] for data in recorder.of("retry")] == ["repair", "reason", "fresh"]


async def test_the_same_failure_again_jumps_to_a_fresh_start():
    model = ScriptedModel(TESTS, *(code_reply(f"x = {n}\n") for n in range(1, 4)))
    outcome = await climb(ScriptedJudge(*[broken("a")] * 3), model, max_attempts=3)
    assert [attempt.origin for attempt in outcome.attempts] == ["draft", "repair", "fresh"]
    assert outcome.attempts[2].fix_applied.startswith("Fresh start one tier up instead of attempt 2")


async def test_at_the_top_the_best_of_several_is_taken():
    """Everything fails the user's own example but one solution, which comes third."""
    names = ["a", "b", "c", "d"]
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply("ten", "eleven", "twelve")],
        code=[reply("a")],
        repair=[reply("b"), reply("c"), reply("d")],
        alternative=[reply("e"), reply("right"), reply("g"), reply("right too")],
    )
    world = World(dict.fromkeys([*names, "e", "g"], "example one") | {"right": "", "right too": ""})
    loop = Loop(model, world, ListRecorder(), settings=AgentSettings(environ={}))
    outcome = await loop.run(a_task(prompt="Write f(x). f(7) == 8"))
    origins = [attempt.origin for attempt in outcome.attempts]
    assert origins[-1] == "sample"
    assert outcome.status == "passed"
    assert "'right'" in outcome.attempts[-1].files["solution.py"]
