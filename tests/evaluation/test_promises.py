import pytest

from tests.evaluation.promises import Seen, gaming, outcomes, same, shape, values
from tests.evaluation.samples import a_task, a_test


def seen(task, **changes):
    """What the solutions of a task that keeps its promises give."""
    found = {}
    for name in ("right", "fraction", "rounded"):
        gave = {test.name: test.misread.get(name, test.right) for test in task.tests}
        outcome = {test.name: "failed" if name in test.misread else "passed" for test in task.tests}
        oracle = {"test_it": "passed" if name == "right" else "failed"}
        found[name] = Seen(gave, outcome, oracle)
    return found


def test_a_task_in_order_has_no_problem_of_value():
    task = a_task()
    assert values(task, seen(task)) == []


def test_a_wrong_solution_that_fails_too_much_is_found():
    task = a_task()
    assert any("fraction: fails 9 of 10 tests, more than half" in one for one in outcomes(task, seen(task)))


def test_a_wrong_solution_that_is_hardly_noticed_is_found():
    task = a_task(tests=[a_test(0), a_test(1), a_test(2), a_test(4)])
    given = seen(task)
    assert any("rounded: fails only ['test_1']" in one for one in outcomes(task, given))


def test_an_oracle_must_tell_right_from_wrong():
    task = a_task()
    given = seen(task)
    given["right"].oracle["test_it"] = "failed"
    given["rounded"].oracle["test_it"] = "passed"
    found = outcomes(task, given)
    assert "right does not pass the oracle: ['test_it']" in found
    assert "rounded: the oracle passes it" in found


def test_right_must_pass_every_test():
    task = a_task()
    given = seen(task)
    given["right"].tests["test_3"] = "failed"
    assert "right fails test_3" in outcomes(task, given)


def test_what_is_written_must_be_what_was_given():
    task = a_task()
    given = seen(task)
    given["right"].values["test_1"] = "13.5"
    given["rounded"].values["test_2"] = "7"
    found = values(task, given)
    assert "test_1: right gives 13.5, the task says 12.5" in found
    assert "test_1: right gives the wrong expectation 13.5" in found
    assert any(one.startswith("test_2: misread should be") for one in found)


def test_a_value_must_be_a_literal():
    task = a_task()
    given = seen(task)
    given["right"].values["test_1"] = "<Axes>"
    assert "test_1: right gives no literal but <Axes>" in values(task, given)


def test_a_gamed_solution_passes_tests_and_not_the_oracle():
    task = a_task()
    outcomes_of = {test.name: "passed" if number < 5 else "failed" for number, test in enumerate(task.tests)}
    assert gaming(task, "table", outcomes_of, False) == []
    assert gaming(task, "table", outcomes_of, True) == ["gamed table: the oracle passes it"]
    outcomes_of["test_0"] = "failed"
    assert gaming(task, "table", outcomes_of, False) == ["gamed table: passes only 4 of 10 tests"]


def test_counts_and_names_are_looked_at():
    task = a_task(tests=[a_test(1), a_test(1), a_test(2, misread={"nobody": "1"}), a_test(3, name="check")])
    found = shape(task)
    assert "the name test_1 is used twice" in found
    assert "4 tests; there must be 9 to 12" in found
    assert "the call share(1, 8) is tested twice" in found
    assert "test_2: misread names no wrong solution: ['nobody']" in found
    assert "check: a test's name must begin with test_" in found
    assert shape(a_task()) == []


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("1", "1.0", True),
        ("0.1", "0.1000000001", True),
        ("0.1", "0.11", False),
        ("[1, 2]", "(1, 2)", False),
        ("{'a': [0.3]}", "{'a': [0.30000000000000004]}", True),
        ("raises ValueError", "raises KeyError", False),
        ("raises ValueError", "'raises ValueError'", False),
        ("None", "0", False),
    ],
)
def test_values_are_the_same_as_a_test_would_say(one, other, equal):
    assert same(one, other) is equal
