"""What comes back from a test container when the code is well-behaved."""

from __future__ import annotations

import pytest

from tests.images.integration.driver import run_tests

pytestmark = pytest.mark.engine

CODE = '''"""Sums."""


def add(a, b):
    """The sum."""
    return a + b


def never():
    return 1
'''


def test_outcomes_messages_and_lines() -> None:
    run = run_tests(
        CODE,
        """
import pytest
from solution import add

def test_right():
    assert add(1, 2) == 3

def test_wrong():
    expected = 4
    assert add(1, 2) == expected

@pytest.mark.parametrize("n", [1, 2])
def test_each(n):
    assert add(n, 0) == n

class TestGroup:
    def test_inside(self):
        raise KeyError("gone")

@pytest.mark.skip(reason="later")
def test_skipped(): ...

@pytest.mark.xfail
def test_expected_to_fail():
    assert False

@pytest.mark.xfail
def test_unexpectedly_passes(): ...

@pytest.mark.xfail(strict=True)
def test_strict(): ...

@pytest.fixture
def broken():
    raise RuntimeError("no fixture")

def test_setup(broken): ...

@pytest.fixture
def leaves():
    yield
    raise RuntimeError("no teardown")

def test_teardown(leaves): ...

async def test_coroutine():
    assert add(1, 1) == 2
""",
    )
    assert run.exit == {"reason": "finished", "code": 1, "detail": ""}
    assert run.outcomes == {
        "test_right": "passed",
        "test_wrong": "failed",
        "test_each[1]": "passed",
        "test_each[2]": "passed",
        "TestGroup::test_inside": "failed",
        "test_skipped": "skipped",
        "test_expected_to_fail": "xfailed",
        "test_unexpectedly_passes": "xpassed",
        "test_strict": "failed",
        "test_setup": "error",
        "test_teardown": "error",
        "test_coroutine": "passed",
    }
    assert run.ids == list(run.reports)
    wrong = run.reports["test_solution.py::test_wrong"]
    assert wrong["message"] == "AssertionError: assert 3 == 4 (where 3 = add(1, 2))"
    assert "test_solution.py:10: in test_wrong" in wrong["traceback"]
    assert wrong["locals"] == {"expected": "4"}
    assert run.reports["test_solution.py::test_skipped"]["message"] == "Skipped: later"
    assert "strict" in run.reports["test_solution.py::test_strict"]["message"]
    assert run.reports["test_solution.py::test_teardown"]["message"] == "RuntimeError: no teardown"
    assert run.lines == {"solution.py": [1, 4, 6, 9]}


def test_a_file_that_cannot_be_collected_does_not_stop_the_others() -> None:
    run = run_tests(
        CODE,
        {
            "test_a.py": "from nowhere import thing\n\ndef test_a(): ...\n",
            "test_b.py": "def test_b(): ...\n",
            "test_c.py": "def broken(:\n",
            "test_d.py": "import pytest\npytest.skip('not here', allow_module_level=True)\n",
        },
    )
    assert run.ids == ["test_b.py::test_b"]
    assert run.outcomes == {"test_b": "passed"}
    errors = "\n".join(run.errors)
    assert "test_a.py: ModuleNotFoundError: No module named 'nowhere'" in errors
    assert "test_a.py:1: in <module>" in errors
    assert "test_c.py: SyntaxError" in errors
    assert "test_d.py: Skipped: not here" in errors


def test_an_error_in_the_code_shows_the_code() -> None:
    run = run_tests("import math\nx = math.sqrt(-1)\n", "from solution import x\n\ndef test_x(): ...\n")
    assert run.ids == []
    assert "ValueError" in run.errors[0]
    assert "solution.py:2: in <module>" in run.errors[0]


def test_an_exit_at_import_and_a_missing_file_are_collection_errors() -> None:
    run = run_tests(
        "import sys\nsys.exit(0)\n",
        {"test_a.py": "import solution\n", "test_b.py": "def test_b(): ...\n"},
    )
    assert run.errors == ["test_a.py: SystemExit: 0\n" + TRACE]
    assert run.outcomes == {"test_b": "passed"}
    run = run_tests(CODE, "def test_a(): ...\n", collect=["nowhere.py"])
    assert "UsageError" in run.errors[0]
    assert "nowhere.py" in run.errors[0]


TRACE = """test_a.py:1: in <module>
    import solution
solution.py:2: in <module>
    sys.exit(0)
E   SystemExit: 0"""


def test_what_caused_an_exception_is_shown() -> None:
    run = run_tests(
        """
def get(row):
    try:
        return row["x"]
    except KeyError as error:
        raise ValueError("bad") from error
""",
        "from solution import get\n\ndef test_a():\n    get({})\n",
    )
    assert run.reports["test_solution.py::test_a"]["traceback"].endswith(
        "E   ValueError: bad\nE   caused by KeyError: 'x'"
    )


def test_output_streams_and_the_rest_is_counted() -> None:
    run = run_tests(
        CODE,
        """
import sys

def test_a():
    print("one")
    print("two", file=sys.stderr)
    print("x" * 400_000)
""",
    )
    assert run.output["stdout"].startswith(b"one\nxxx")
    assert run.output["stderr"] == b"two\n"
    assert len(run.output["stdout"]) == 256 * 1024
    assert run.dropped == len("one\n") + 400_001 - 256 * 1024


def test_files_left_behind_come_out_and_sources_do_not() -> None:
    run = run_tests(
        {"solution.py": "import pathlib\n", "pkg/__init__.py": "", "pkg/mod.py": "X = 1\n"},
        """
import os, pathlib
from pkg.mod import X

def test_a(tmp_path):
    assert pathlib.Path("in.csv").read_text() == "a,b\\n"
    pathlib.Path("in.csv").write_text("changed")
    pathlib.Path("out").mkdir()
    pathlib.Path("out/plot.png").write_bytes(b"png")
    os.symlink("/etc/passwd", "link")
    os.link("out/plot.png", "hard")
    os.mkfifo("fifo")
    with open("giant", "wb") as file:
        file.truncate(10**12)
    pathlib.Path("deep/" + "d/" * 12).mkdir(parents=True)
    (tmp_path / "mine").write_text("x")
""",
        data={"in.csv": "a,b\n"},
    )
    assert run.outcomes == {"test_a": "passed"}
    assert run.files == {}
    refused = "\n".join(run.refused)
    for name in ("link", "fifo", "giant", "hard", "out/plot.png", "deep/d"):
        assert name in refused
    assert run.lines["pkg/mod.py"] == [1]


def test_a_written_file_comes_out() -> None:
    run = run_tests(CODE, "def test_a():\n    open('out.txt', 'w').write('result')\n")
    assert run.files == {"out.txt": b"result"}
    assert run.refused == []


def test_conftest_only_where_the_job_says_so() -> None:
    tests = {
        "conftest.py": "import pytest\n\n@pytest.fixture\ndef seven():\n    return 7\n",
        "test_a.py": "def test_a(seven):\n    assert seven == 7\n",
    }
    assert run_tests(CODE, tests, collect=["test_a.py"]).outcomes == {"test_a": "error"}
    assert run_tests(CODE, tests, collect=["test_a.py"], conftest=True).outcomes == {"test_a": "passed"}


def test_tests_in_folders_import_from_the_root() -> None:
    run = run_tests(
        CODE,
        {"tests/unit/test_a.py": "from solution import add\n\ndef test_a():\n    assert add(1, 2) == 3\n"},
    )
    assert run.ids == ["tests/unit/test_a.py::test_a"]
    assert run.outcomes == {"test_a": "passed"}


def test_answers_are_canonical() -> None:
    run = run_tests(
        CODE,
        """
from solution import add

def test_a(answer):
    answer(add(1, 2))
    answer({"b": (1, 2.5), "a": {3, 1}})

def test_b(answer):
    answer([1, "x"])
    raise ValueError
""",
    )
    assert run.reports["test_solution.py::test_a"]["answers"] == [
        '{"int":"3"}',
        '{"dict":[["a",{"set":[{"int":"1"},{"int":"3"}]}],["b",{"tuple":[{"int":"1"},{"float":"2.5"}]}]]}',
    ]
    assert run.reports["test_solution.py::test_b"]["answers"] == ['[{"int":"1"},"x"]']


def test_effects_of_the_code_and_not_of_the_tests() -> None:
    run = run_tests(
        """
import os, socket, subprocess, threading

def act(path):
    open("notes.txt", "w").close()
    open(path).read()
    os.remove("notes.txt")
    subprocess.run(["true", "--really"])
    os.environ["CODING"] = "1"
    import yaml
    try:
        socket.create_connection(("192.0.2.7", 81), timeout=1)
    except OSError:
        pass
    open("/etc/hostname").read()
    threading.Thread(target=event.wait, name="left").start()

event = threading.Event()
held = open("held.txt", "w")
""",
        """
from solution import act

def test_a(tmp_path):
    (tmp_path / "given").write_text("x")
    open("by the test", "w").close()
    act(tmp_path / "given")
""",
    )
    assert run.outcomes == {"test_a": "passed"}
    seen = {(effect["kind"], effect["target"]) for effect in run.effects}
    assert seen == {
        ("write", "notes.txt"),
        ("read", "<tmp_path>/given"),
        ("delete", "notes.txt"),
        ("process", "true --really"),
        ("environment", "CODING"),
        ("import", "yaml"),
        ("network", "192.0.2.7:81"),
        ("read", "/etc/hostname"),
        ("write", "held.txt"),
        ("open_resource", "thread left"),
        ("open_resource", "held.txt"),
    }
    (notes,) = (effect for effect in run.effects if effect["kind"] == "delete")
    assert (notes["path"], notes["line"]) == ("solution.py", 7)


def test_temporary_names_are_no_effects_of_their_own() -> None:
    run = run_tests(
        """
import os, sys, tempfile

def save(folder):
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as draft:
        draft.write("x")
    os.replace(draft.name, folder / "kept.txt")
    with tempfile.TemporaryDirectory() as name:
        open(name + "/inner.txt", "w").close()
    sys.audit("tempfile.mkdtemp", "/etc")
    open("/etc/hostname").read()
""",
        """
from solution import save

def test_a(tmp_path):
    save(tmp_path)
    save(tmp_path)
""",
    )
    assert run.outcomes == {"test_a": "passed"}
    seen = {(effect["kind"], effect["target"]) for effect in run.effects}
    assert seen == {
        ("write", "<tmp_path>/<temporary>"),
        ("delete", "<tmp_path>/<temporary>"),
        ("write", "<tmp_path>/kept.txt"),
        ("write", "/tmp/<temporary>"),
        ("write", "/tmp/<temporary>/inner.txt"),
        ("read", "/tmp/<temporary>"),
        ("delete", "/tmp/<temporary>"),
        ("delete", "/tmp/<temporary>/inner.txt"),
        ("read", "/etc/hostname"),
    }


def test_nothing_to_collect_is_a_clean_end() -> None:
    run = run_tests(CODE, {})
    assert (run.ids, run.reports, run.exit["reason"]) == ([], {}, "finished")


def test_a_path_that_leaves_the_workspace_is_refused() -> None:
    for path in ("../outside.py", "/etc/outside.py", "a/../../b.py", "", "a//b.py"):
        run = run_tests({path: "x = 1\n"}, "def test_a(): ...\n")
        assert run.exit["reason"] == "infrastructure"
        assert "is not a plain relative path" in run.exit["detail"]


@pytest.mark.parametrize("flavor", ["plain", "data", "plot"])
def test_every_flavor_has_the_scientific_libraries(flavor: str) -> None:
    run = run_tests(
        "import numpy, pandas, matplotlib.pyplot, scipy.stats, sklearn.linear_model\n",
        "import solution\n\ndef test_a():\n    assert solution.numpy.arange(3).sum() == 3\n",
        flavor=flavor,
    )
    assert run.outcomes == {"test_a": "passed"}


def test_hypothesis_works_and_leaves_nothing() -> None:
    run = run_tests(
        CODE,
        """
from hypothesis import given, strategies as st
from solution import add

@given(st.integers(), st.integers())
def test_a(a, b):
    assert add(a, b) == add(b, a)

@given(st.integers())
def test_b(n):
    assert n < 100
""",
    )
    assert run.outcomes == {"test_a": "passed", "test_b": "failed"}
    assert (run.files, run.refused) == ({}, [])
