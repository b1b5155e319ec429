import pytest

from tests.evaluation import prompted
from tests.evaluation.reading import read, shown_in, task_of
from tests.evaluation.samples import FRACTION, a_task, a_test
from tests.evaluation.tasks import render_tests

OTHER = a_task(id="other", prompt="Write share(part, whole): how much")
TASK = a_task()
TESTS = render_tests(TASK, {"test_1": "12.5", "test_3": "0.375", "test_5": "63.5"})


def test_the_request_names_the_task_and_the_longest_wins():
    text = prompted.for_tests(TASK)[1]["content"]
    assert task_of(text.replace("\n", " "), [OTHER, TASK]) is TASK
    with pytest.raises(LookupError):
        task_of("Write something else.", [TASK])


def test_tests_are_asked_for():
    asked = read(prompted.for_tests(TASK), [TASK])
    assert (asked.kind, asked.shown, asked.code, asked.path) == ("tests", [], "", "test_solution.py")


def test_a_second_suite_knows_no_more_than_names_of_the_first():
    asked = read(prompted.for_second_tests(TASK), [TASK])
    assert (asked.kind, asked.shown, asked.path) == ("more tests", [], "test_solution_second.py")


def test_more_tests_are_asked_for_where_some_are_shown():
    asked = read(prompted.for_more_tests(TASK, TESTS, FRACTION), [TASK])
    assert (asked.kind, asked.path) == ("more tests", "test_solution_more.py")
    assert [one.test.name for one in asked.shown] == ["test_1", "test_3", "test_5"]


def test_an_independent_solution_sees_no_test():
    asked = read(prompted.for_alternative(TASK), [TASK])
    assert (asked.kind, asked.shown, asked.path) == ("code", [], "solution.py")


def test_a_fresh_solution_is_no_repair():
    asked = read(prompted.for_fresh(TASK, TESTS), [TASK])
    assert (asked.kind, len(asked.shown), asked.failing) == ("code", 3, [])


def test_code_is_asked_for_and_the_shown_expectations_are_read():
    asked = read(prompted.for_code(TASK, TESTS), [TASK])
    assert asked.kind == "code"
    shown = [(one.test.name, one.expected, one.is_right) for one in asked.shown]
    assert shown == [("test_1", "12.5", True), ("test_3", "0.375", False), ("test_5", "63.5", False)]
    assert asked.failing == []


def test_variables_of_the_notebook_make_no_repair():
    task = a_task(variables={"df": "DataFrame 3x1 (a int64)"})
    assert read(prompted.for_code(task, TESTS), [task]).kind == "code"


def test_a_repair_shows_the_code_and_what_fails():
    asked = read(prompted.for_repair(TASK, TESTS, FRACTION, ["test_1", "test_5"]), [TASK])
    assert (asked.kind, asked.code.strip()) == ("repair", FRACTION.strip())
    assert [(one.test.name, one.is_right) for one in asked.failing] == [("test_1", True), ("test_5", False)]


def test_a_repair_without_failing_tests_is_one():
    asked = read(prompted.for_repair(TASK, TESTS, FRACTION, []), [TASK])
    assert (asked.kind, asked.failing) == ("repair", [])


def test_a_second_reply_is_asked_for_the_same():
    again = [
        *prompted.for_code(TASK, TESTS),
        {"role": "assistant", "content": "(nothing)"},
        {"role": "user", "content": "Your reply can't be used. Reply again."},
    ]
    assert read(again, [TASK]).kind == "code"


def test_a_test_whose_source_is_cut_is_known_by_its_name():
    long = a_test(1, setup="\n".join(f"x{number} = {number}" for number in range(300)))
    task = a_task(tests=[long])
    tests = render_tests(task, {"test_1": "13.5"})
    messages = prompted.for_repair(task, tests, FRACTION, ["test_1"])
    assert read(messages, [task]).failing == []
    asked = read(messages, [task], lambda task: {"test_1": "13.5"})
    assert [(one.test.name, one.is_right) for one in asked.failing] == [("test_1", False)]


def test_source_is_recognised_in_any_layout():
    (one,) = shown_in(
        "source:\n  def test_1():\n    assert (\n      share(1, 8) == pytest.approx(12.5)\n    )\nE x", TASK
    )
    assert one.is_right


def test_neither_tests_nor_code_is_no_request():
    with pytest.raises(LookupError, match="neither"):
        read([{"role": "user", "content": TASK.prompt}], [TASK])
