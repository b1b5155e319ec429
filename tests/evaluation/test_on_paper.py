"""The rules of the judgement over all tasks, judged on paper: the same seed always gives the same."""

from pathlib import Path

from jupyter_coding_agent.agents.settings import AgentSettings
from tests.evaluation.on_paper import evaluate
from tests.evaluation.tasks import load

TASKS = load(Path(__file__).with_name("tasks"), [])


async def test_the_full_judgement_is_nearly_always_right():
    """Gaming has a labelled set of its own; how much of it is found out is assumed here, not found.

    Of one seed, one wrong is nothing yet: ``python -m tests.evaluation.on_paper --seeds 10`` says more.
    """
    tally = await evaluate(TASKS, [0], AgentSettings(environ={}))
    assert len(tally.misjudged) <= 1, tally.wrong
    assert tally.precision >= 0.95, tally.wrong
    assert tally.recall >= 0.75


async def test_the_plain_way_is_not():
    """What it is compared with must be what it is said to be, or the comparison says nothing."""
    tally = await evaluate(TASKS[:30], [1], AgentSettings(environ={}, judgement="plain"))
    assert tally.precision < 0.9
