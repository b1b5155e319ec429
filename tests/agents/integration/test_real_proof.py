"""The loop with a scripted model and the real judge: what it is told of a failure, it gets from real runs."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.settings import AgentSettings
from tests.agents.fakes import (
    RIGHT,
    TESTS_REPLY,
    WRONG,
    ListRecorder,
    ScriptedModel,
    a_task,
    code_reply,
)

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

PLAIN = AgentSettings(environ={}, judgement="plain")
CRASHING = "def add(a, b):\n    return a.missing + b\n"
UNTIDY = "import os\ndef add( a,b ):\n    return a+b\n"


async def test_three_attempts_are_repaired_by_what_really_happened(judge):
    model = ScriptedModel(TESTS_REPLY, code_reply(WRONG), code_reply(CRASHING), code_reply(UNTIDY))
    recorder = ListRecorder()
    task = a_task("Write add(a, b): `add(2, 3) == 5`", kernel_python="3.11")
    outcome = await Loop(model, judge, recorder, settings=PLAIN).run(task)
    assert (outcome.status, outcome.best) == ("passed", 3), outcome.explanation
    assert [attempt.error_class for attempt in outcome.attempts] == ["assertion", "exception", None]
    assert "expected: 5\nactual:   -1" in model.prompt(2)
    assert "names where it failed:\n  a = 2\n  b = 3" in model.prompt(3)
    assert "return a + b" in outcome.attempts[2].files["solution.py"]
    assert recorder.of("signal")[-3]["summary"] == "3 of 3 tests passed, 100 % covered"


async def test_a_module_that_does_not_exist_is_done_without(judge):
    invented = "import nosuchmodule_xyz\n\n\n" + RIGHT
    model = ScriptedModel(TESTS_REPLY, code_reply(invented), code_reply(RIGHT))
    outcome = await Loop(model, judge, ListRecorder(), settings=PLAIN).run(a_task())
    assert (outcome.status, outcome.best) == ("passed", 2), outcome.explanation
    assert outcome.attempts[0].error_class == "missing_package"
    assert "%agent approve nosuchmodule_xyz" in outcome.attempts[0].error_message


async def test_the_best_of_bad_attempts_is_delivered(judge):
    half = "def add(a, b):\n    return 5\n"
    model = ScriptedModel(TESTS_REPLY, *map(code_reply, [WRONG, half, "import os\nos._exit(0)\n"]))
    outcome = await Loop(model, judge, ListRecorder(), settings=PLAIN).run(a_task(max_attempts=3))
    assert (outcome.status, outcome.best) == ("partial", 2), outcome.explanation
    assert outcome.attempts[2].error_class == "gaming"
