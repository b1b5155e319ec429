"""The `cell` fixture: a notebook cell runs as a notebook would run it."""

from __future__ import annotations

import pytest

from tests.images.integration.driver import Run, run_tests

pytestmark = pytest.mark.engine


def run_cell(source: str, body: str, flavor: str = "plain", **options: object) -> Run:
    """One test function with this body, over this cell."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return run_tests(
        source, f"import pytest\n\ndef test_a(cell):\n{lines}\n", cell="solution.py", flavor=flavor, **options
    )


def passed(run: Run) -> bool:
    """Whether the one test passed; shows the report where it did not."""
    assert run.outcomes == {"test_a": "passed"}, (run.reports, run.errors, run.exit)
    return True


def test_inputs_results_output_and_last_expression() -> None:
    run = run_cell(
        "total = a + b\nprint('sum', total)\ntotal * 2\n",
        """
first = cell(a=1, b=2)
second = cell(a=10, b=20)
assert first["total"] == 3 and second["total"] == 30
assert first.stdout == "sum 3\\n"
assert second.displayed == [60]
assert set(first) >= {"a", "b", "total"} and "__name__" not in set(first)
assert "total" in first and first.namespace["total"] == 3
""",
    )
    assert passed(run)
    assert run.lines == {"solution.py": [1, 2, 3]}
    assert run.output["stdout"] == b"sum 3\nsum 30\n"


def test_a_semicolon_displays_nothing_and_display_displays() -> None:
    assert passed(run_cell("display('shown', 1)\n5;\n", "assert cell().displayed == ['shown', 1]"))


def test_display_imported_from_ipython() -> None:
    source = "from IPython.display import display, Markdown\ndisplay(Markdown('# x'))\n"
    assert passed(run_cell(source, "assert cell().displayed[0].data == '# x'"))


def test_classes_of_the_cell_pickle_and_are_dataclasses() -> None:
    source = """
from __future__ import annotations
import dataclasses, pickle

@dataclasses.dataclass
class Point:
    x: int
    ys: list[int] = dataclasses.field(default_factory=list)

copy = pickle.loads(pickle.dumps(Point(1, [2])))
is_main = __name__ == "__main__"
"""
    assert passed(run_cell(source, "r = cell()\nassert r['copy'].ys == [2] and r['is_main']"))


def test_top_level_await() -> None:
    source = "import asyncio\nx = await asyncio.sleep(0, result=3)\nawait asyncio.sleep(0, result=x + 1)\n"
    assert passed(run_cell(source, "r = cell()\nassert r['x'] == 3 and r.displayed == [4]"))


def test_an_error_points_into_the_cell() -> None:
    run = run_cell("y = 1\nz = y / zero\n", "cell(zero=0)")
    report = run.reports["test_solution.py::test_a"]
    assert report["message"] == "ZeroDivisionError: division by zero"
    assert "solution.py:2: in <module>\n    z = y / zero" in report["traceback"]
    assert report["locals"] == {"zero": "0", "y": "1"}


def test_a_syntax_error_is_told() -> None:
    run = run_cell("y = (\n", "cell()")
    assert "SyntaxError: '(' was never closed" in run.reports["test_solution.py::test_a"]["message"]


def test_magics() -> None:
    source = """

%matplotlib inline
%load_ext autoreload
files = !echo one; echo two
!echo loud
%time slow = sum(range(10))
def helper():
    return slow
helper()
"""
    run = run_cell(
        source,
        """
r = cell()
assert r["files"] == ["one", "two"]
assert "loud" in r.stdout
assert r["slow"] == 45
assert r.displayed == [45]
""",
    )
    assert passed(run)
    assert run.lines["solution.py"] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert {effect["kind"] for effect in run.effects} == {"process"}


@pytest.mark.parametrize("magic", ["%%time", "%%capture", "%%timeit -n 1"])
def test_transparent_cell_magics_keep_names_and_lines(magic: str) -> None:
    run = run_cell(f"{magic}\nx = 1\ny = x + 1\n", "assert cell()['y'] == 2")
    assert passed(run)
    assert run.lines["solution.py"] == [2, 3]


@pytest.mark.parametrize(("magic", "why"), [("%pip install x", "requirement"), ("%debug", "live notebook")])
def test_magics_that_cannot_work_say_so(magic: str, why: str) -> None:
    run = run_cell(f"{magic}\n", "cell()")
    assert why in run.reports["test_solution.py::test_a"]["message"]


def test_modulo_at_the_start_of_a_line_is_no_magic() -> None:
    assert passed(
        run_cell(
            "x = (7\n  % 4)\ny = '''\n!not a command\n'''\n",
            "r = cell()\nassert r['x'] == 3 and '!not' in r['y']",
        )
    )


def test_a_cell_with_magics_can_be_imported() -> None:
    source = "%matplotlib inline\ndef double(x):\n    return 2 * x\n"
    run = run_tests(
        source,
        "from solution import double\n\ndef test_a():\n    assert double(2) == 4\n",
        cell="solution.py",
    )
    assert run.outcomes == {"test_a": "passed"}
    assert run.lines == {"solution.py": [1, 2, 3]}


def test_figures_are_displayed_and_do_not_leak_into_the_next_test() -> None:
    run = run_tests(
        """
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.plot(values)
fig.savefig("plot.png")
plt.show()
""",
        """
def test_a(cell):
    r = cell(values=[1, 2])
    assert r.displayed == [r["fig"]]
    assert len(r["ax"].lines) == 1

def test_b(cell):
    assert len(cell(values=[3]).displayed) == 1
    import matplotlib.pyplot as plt
    assert len(plt.get_fignums()) == 1
""",
        cell="solution.py",
        flavor="data",
    )
    assert run.outcomes == {"test_a": "passed", "test_b": "passed"}, run.reports
    assert run.files["plot.png"].startswith(b"\x89PNG")
    assert (run.output["stderr"], run.diagnostics) == (b"", b"")


def test_no_cell_says_what_to_do() -> None:
    run = run_tests("x = 1\n", "def test_a(cell):\n    cell()\n")
    assert "no notebook cell" in run.reports["test_solution.py::test_a"]["message"]
