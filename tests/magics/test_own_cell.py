from __future__ import annotations

from jupyter_coding_agent.magics.own_cell import case, report
from tests.fake_engine import signals

CELLS = [
    "",
    "import math\nscale = 2",
    "%%time\nrows = [scale]",
    "unrelated = 1",
    "rows.append(math.pi)\ny = rows",
    "rows = 5",
]
NAMESPACE = {"math": __import__("math"), "scale": 2, "rows": 5, "unrelated": 1, "y": [2, 3.14], "hidden": 0}
HIDDEN = ["hidden"]


def test_a_cell_runs_in_its_notebook():
    asked = case(CELLS, 4, NAMESPACE, HIDDEN, None)
    assert asked.request["files"] == {"solution.py": CELLS[4]}
    assert asked.request["known_names"] == ["math", "rows", "y"]
    assert asked.name == "In [4]"


def test_what_it_or_a_later_cell_has_changed_is_made_again_and_the_rest_carried_over():
    notebook = case(CELLS, 4, NAMESPACE, HIDDEN, None).request["notebook"]
    assert notebook["before"] == [CELLS[1], CELLS[2]]
    assert {name: value["content"] for name, value in notebook["values"].items()} == {"scale": "2"}
    assert notebook["missing"] == {}


def test_a_cell_with_tests_has_them_beside_it():
    asked = case(CELLS, 4, NAMESPACE, HIDDEN, "def test(cell): ...")
    assert asked.request["files"] == {"solution.py": CELLS[4]}
    assert asked.request["tests"] == {"test_solution.py": "def test(cell): ..."}


def test_a_cell_that_builds_on_nothing_finds_nothing():
    notebook = case(CELLS, 3, NAMESPACE, HIDDEN, None).request["notebook"]
    assert (notebook["before"], notebook["values"]) == ([], {})


def test_findings_are_placed_in_the_notebook():
    judged = signals()
    judged["lint"]["findings"] = [{"path": "solution.py", "line": 2, "message": "m"}]
    judged["security"] = None
    asked = case(CELLS, 4, NAMESPACE, HIDDEN, None)
    shown = report(asked, {"status": "failed", "signals": judged, "explanation": "No."})
    assert [(found["path"], found["line"]) for found in shown["signals"]["lint"]["findings"]] == [
        ("In [4]", 2)
    ]
    assert shown["files"] == {"In [4]": CELLS[4]}


def test_a_run_without_tests_is_told_as_the_cell():
    judged = signals()
    judged["tests"]["results"] = [{"id": "solution.py", "outcome": "failed", "message": "ValueError: no"}]
    said = "solution.py failed: ValueError: no. See test_solution.py."
    asked = case(CELLS, 3, NAMESPACE, HIDDEN, None)
    shown = report(asked, {"status": "failed", "signals": judged, "explanation": said})
    assert [result["id"] for result in shown["signals"]["tests"]["results"]] == ["In [3]"]
    assert shown["explanation"] == "In [3] failed: ValueError: no. See test_solution.py."
