"""Which tests are hidden: decided by the execution, and for a replay by the one that it replays."""

from __future__ import annotations

from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.settings import AgentSettings
from jupyter_coding_agent.core.errors import ModelUnavailable
from tests.agents.fakes import ListRecorder, ScriptedJudge, ScriptedModel, a_task, fenced

SUITE = "from solution import add\n" + "".join(
    f"\n\ndef test_{n}():\n    assert add({n}, 1) == {n + 1}\n" for n in range(30)
)


async def hidden(**task: str) -> list[str]:
    """The ids of the tests that are not shown."""
    recorder = ListRecorder()
    model = ScriptedModel(fenced("test_solution.py", SUITE), ModelUnavailable("No model."))
    await Loop(model, ScriptedJudge(), recorder, settings=AgentSettings(environ={})).run(a_task(**task))
    return recorder.judgement.hidden


async def test_a_replay_hides_what_was_hidden_before():
    first = await hidden(execution_id="exe_1")
    assert len(first) == 10
    assert await hidden(execution_id="exe_2") != first
    assert await hidden(execution_id="exe_2", seed="exe_1") == first
