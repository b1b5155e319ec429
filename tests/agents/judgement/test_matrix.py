import pytest

from jupyter_coding_agent.agents.judgement.matrix import (
    ENOUGH,
    SURE,
    Candidate,
    Group,
    believable,
    candidate_results,
    groups,
    hard_results,
)
from tests.agents.fakes import a_verdict, result

TESTS = [f"test_solution.py::test_{name}" for name in "abcdefg"]


def candidate(fails: str = "", line: str = "", **fields) -> Candidate:
    passed = {test: test[-1] not in fails for test in TESTS}
    return Candidate(**{"files": {}, "requirements": [], "passed": passed, "line": line} | fields)


def attempt(number: int, fails: str = "", **fields) -> Candidate:
    return candidate(fails, "attempts", attempt=number, **fields)


def sample(number: int, fails: str = "", **fields) -> Candidate:
    return candidate(fails, f"solution {number}", sample=number, **fields)


def test_solutions_that_pass_the_same_tests_are_one_group():
    found = groups([attempt(1), sample(1, "ab"), sample(2)], (), 0)
    assert [[member.name for member in group.members] for group in found] == [
        ["attempt 1", "solution 2"],
        ["solution 1"],
    ]
    assert found[0].belief > found[1].belief
    assert found[1].failing() == TESTS[:2]


def test_what_they_give_where_a_test_fails_tells_them_apart():
    """Both fail the test, with different values: they do not agree that the test is wrong."""
    one = attempt(1, "a", observed={TESTS[0]: ("1",)})
    other = sample(1, "a", observed={TESTS[0]: ("2",)})
    same = sample(2, "a", observed={TESTS[0]: ("1",)})
    found = groups([one, other, same], (), 0)
    assert sorted(len(group.members) for group in found) == [1, 2]


def test_probes_do_not_divide_a_group_but_break_a_tie():
    one = attempt(1, observed={"probe::f(0)": ("1",)})
    other = sample(1, observed={"probe::f(0)": ("2",)})
    (group,) = groups([one, other], (), 0)
    assert group.split()
    assert group.disagreements() == [("f(0)", ["1", "2"])]
    third = sample(2, observed={"probe::f(0)": ("2",)})
    (group,) = groups([one, other, third], (), 0)
    assert not group.split()
    assert group.chosen() is other


def test_the_latest_attempt_is_chosen_before_a_sample():
    (group,) = groups([attempt(1), attempt(2, drawn=False), sample(1)], (), 0)
    assert group.chosen().attempt == 2
    assert group.draws == 2


def test_one_solution_that_only_agrees_with_its_tests_does_not_win():
    (alone,) = groups([attempt(1)], (), 0)
    sure = Group(alone.members, 0.999)
    assert not believable(sure, ENOUGH, hard=0)
    assert believable(sure, ENOUGH, hard=3)
    (company,) = groups([attempt(1), sample(1)], (), 0)
    assert believable(company, SURE, hard=0)


def test_a_repair_of_the_same_line_is_no_company():
    (line,) = groups([attempt(1), attempt(2, drawn=False)], (), 0)
    assert not believable(Group(line.members, 0.999), ENOUGH, hard=0)


def test_whoever_fails_most_tests_does_not_win():
    (group,) = groups([attempt(1, "abcd"), sample(1, "abcd"), sample(2, "abcd")], (), 0)
    assert not believable(Group(group.members, 0.999), ENOUGH, hard=0)


def test_shown_tests_do_not_speak_for_a_repair():
    repaired = attempt(2, "", drawn=False)
    others = [sample(1, "a"), sample(2, "a")]
    shown = groups([repaired, *others], TESTS, 0)
    hidden = groups([repaired, *others], (), 0)
    assert belief_of(shown, "attempt 2") < belief_of(hidden, "attempt 2")


def belief_of(found, name: str) -> float:
    return next(group.belief for group in found if any(member.name == name for member in group.members))


def test_a_test_passed_where_all_its_parameter_sets_did():
    results = [
        result("test_a[1]"),
        result("test_a[2]", "failed"),
        result("test_b[x]"),
        result("test_c", "quarantined"),
    ]
    assert candidate_results(results, TESTS[:4]) == {
        TESTS[0]: False,
        TESTS[1]: True,
        TESTS[2]: False,
        TESTS[3]: False,
    }


@pytest.mark.parametrize(("outcome", "passed"), [("passed", True), ("failed", False)])
def test_hard_results_are_told_apart(outcome: str, passed: bool):
    verdict = a_verdict([result("test_a", "failed"), result("test_example_1", outcome, kind="hard")])
    assert hard_results(verdict) == [passed]
