import pytest

from jupyter_coding_agent.agents.ladder import RUNGS, next_rung, tier_up
from jupyter_coding_agent.agents.models import Attempt
from tests.agents.fakes import a_verdict, result


def failed(number: int, test: str = "test_a", error_class: str = "assertion") -> Attempt:
    verdict = a_verdict(
        [result(test, "failed", message=f"AssertionError in {test}")], error_class=error_class
    )
    return Attempt(
        number=number,
        files={},
        diff="",
        verdict=verdict,
        error_class=error_class,
        started_at="",
        finished_at="",
    )


def rungs(*tests: str) -> list[str]:
    """The rung after each further failure."""
    attempts = [failed(number, test) for number, test in enumerate(tests, start=1)]
    return [next_rung(attempts[:count]) for count in range(1, len(attempts) + 1)]


def test_each_failure_climbs_one_rung():
    assert rungs("test_a", "test_b", "test_c", "test_d") == list(RUNGS[1:])


def test_the_same_failure_again_jumps_a_rung():
    assert rungs("test_a", "test_a") == ["repair", "fresh"]
    assert rungs("test_a", "test_b", "test_a") == ["repair", "reason", "sample"]


def test_the_top_is_the_top():
    assert rungs(*["test_a"] * 5)[-1] == "sample"


def test_another_class_is_another_failure():
    attempts = [failed(1), failed(2, error_class="exception")]
    assert next_rung(attempts) == "reason"


def test_what_could_not_be_judged_counts_as_well():
    attempts = [failed(1).model_copy(update={"verdict": None, "error_class": "infrastructure"})]
    assert next_rung(attempts) == "repair"


@pytest.mark.parametrize(
    ("tier", "better"), [("simple", "medium"), ("medium", "complex"), ("complex", "complex")]
)
def test_one_tier_up(tier, better):
    assert tier_up(tier) == better
