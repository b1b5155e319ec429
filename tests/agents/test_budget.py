import pytest

from jupyter_coding_agent.agents.budget import Budget
from jupyter_coding_agent.agents.classify import Halted


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_no_limit_is_no_limit():
    budget = Budget(0, 60, spent=1e9)
    budget.check()


def test_what_was_spent_before_counts():
    budget = Budget(0.5, 60, spent=0.4)
    budget.check()
    budget.cost_usd += 0.1
    with pytest.raises(Halted) as halt:
        budget.check()
    assert "0.5000 US dollars" in halt.value.sentence
    assert "AgentSettings.max_cost_usd allows 0.5" in halt.value.sentence


def test_time_runs_out():
    clock = Clock()
    budget = Budget(0, 60, clock=clock)
    clock.now = 59.9
    budget.check()
    clock.now = 60.0
    with pytest.raises(Halted) as halt:
        budget.check()
    assert "AgentSettings.max_seconds" in halt.value.sentence
