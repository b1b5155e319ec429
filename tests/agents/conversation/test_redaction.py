import pytest

from jupyter_coding_agent.agents.conversation.redaction import Redaction
from tests.agents.fakes import result
from tests.work import growth_of

SUITE = """\
from solution import f


class TestA:
    def test_same(self):
        assert f("seen", 12) == 3


class TestB:
    def test_same(self):
        assert f("two\\nlines", 12) == 77


def test_add():
    assert f("ab", b"raw", 1.5) == -4


def test_add_more():
    pass
"""
TESTS = {"test_a.py": SUITE}
REDACTION = Redaction(TESTS, ["test_a.py::TestB::test_same", "test_a.py::test_add[1]"])


@pytest.mark.parametrize(
    "line",
    [
        "in TestB::test_same",
        "<bound method x.test_add>",
        "test_a.py::test_add[2] failed",
        '    assert f("ab", b"raw", 1.5) == -4',
        'E       assert f("ab", b"raw", 1.5) == -4',
        '>    assert f("ab", b"raw", 1.5) == -4',
    ],
)
def test_names_and_source_go_with_their_line(line: str):
    assert REDACTION.evidence(f"before\n{line}\nafter") == "before\nafter"


@pytest.mark.parametrize(
    "line", ["in TestA::test_same", "test_add_more", "my_test_add", 'assert f("seen", 12) == 3', "pass", "77"]
)
def test_what_is_shown_anyway_stays(line: str):
    assert REDACTION.evidence(line) == line


@pytest.mark.parametrize(
    "line", ["got 77.", "-4", "x=1.5", "'ab'", "ab", "b'raw'", "lines", "'two\\nlines'", "TestB::test_same"]
)
def test_strictly_values_go_too(line: str):
    assert REDACTION.strict(f"before\n{line}") == "before"


@pytest.mark.parametrize("line", ["12", "3", "seen", "177", "abc", "f(x)"])
def test_values_that_are_shown_anyway_stay(line: str):
    assert REDACTION.strict(line) == line


def test_without_secrets_nothing_goes():
    redaction = Redaction(TESTS, [])
    assert not redaction.needed
    assert redaction.strict(SUITE) == SUITE
    assert redaction.shows(result("test_unknown", "failed"))


def test_results_are_shown_by_what_is_known_of_them():
    def shows(test_id: str, **values) -> bool:
        return REDACTION.shows(result("x", "failed", **values).model_copy(update={"id": test_id}))

    assert shows("test_a.py::TestA::test_same")
    assert shows("test_a.py::test_add_more[3]")
    assert not shows("test_a.py::test_add[3]")
    assert not shows("test_a.py::test_other")
    assert not shows("test_a.py::test_add_more", hidden=True)
    assert shows("test_a.py::test_other", kind="hard")
    assert shows("test_a.py::test_other", kind="user")


def test_a_diff_loses_the_test_files_only():
    diff = "--- a/test_a.py\n+++ b/test_a.py\n@@\n-x\n--- /dev/null\n+++ b/solution.py\n@@\n+y\n"
    kept = REDACTION.diff(diff)
    assert "+y" in kept
    assert "test_a.py" not in kept
    assert "-x" not in kept


@pytest.mark.parametrize(
    "value", ["1" * 5_000, "'" + "x" * 100_000 + "'", "[" * 90 + "]" * 90, "'\\x00'", "'\\ud800'"]
)
def test_hostile_values_do_no_harm(value: str):
    tests = {
        "test_a.py": f"def test_a():\n    assert f({value})\n\ndef test_b(): ...\n",
        "test_b.py": "\x00(",
    }
    assert Redaction(tests, ["test_a.py::test_a"]).strict("before\ntest_a") == "before"


def test_the_work_grows_with_the_secrets_and_no_faster():
    def suite(size: int) -> dict[str, str]:
        return {"test_a.py": "".join(f"def test_a{n}(): assert f({n}) == 'v{n}'\n" for n in range(size))}

    def keep(tests: dict[str, str]):
        hidden = [f"test_a.py::test_a{n}" for n in range(tests["test_a.py"].count("\n"))]
        Redaction(tests, hidden).strict("some output of a test\n" * 500)

    assert growth_of(keep, suite, 1_000) < 2.3
