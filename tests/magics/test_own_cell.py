from __future__ import annotations

from jupyter_coding_agent.magics.own_cell import case, report
from tests.fake_engine import signals

CELLS = [
    "",
    "import pandas as pd",
    "%%time\ndf = pd.DataFrame()",
    "unrelated = 1",
    "df['x'] = 1\ny = df",
    "df = 5",
]
KNOWN = ["pd", "df", "unrelated", "y"]


def test_a_cell_runs_after_those_that_it_builds_on():
    asked = case(CELLS, 4, KNOWN, None)
    assert asked.request["files"] == {
        "solution.py": "import pandas as pd\n\n\n\ndf = pd.DataFrame()\n\n\ndf['x'] = 1\ny = df"
    }
    assert asked.request["known_names"] == ["df", "y"]
    assert (asked.name, asked.before, asked.lines_before) == ("In [4]", 2, 7)


def test_a_cell_with_tests_stands_alone():
    asked = case(CELLS, 4, KNOWN, "def test(cell): ...")
    assert asked.request["files"] == {"solution.py": CELLS[4]}
    assert asked.request["tests"] == {"test_solution.py": "def test(cell): ..."}


def test_a_cell_that_builds_on_nothing_stands_alone():
    asked = case(CELLS, 3, KNOWN, None)
    assert asked.request["files"] == {"solution.py": "unrelated = 1"}
    assert "builds on" not in report(asked, {"status": "ran", "signals": {}})["explanation"]


def test_findings_are_placed_in_the_notebook():
    judged = signals()
    judged["lint"]["findings"] = [{"path": "solution.py", "line": line, "message": "m"} for line in (5, 9)]
    judged["security"] = None
    shown = report(case(CELLS, 4, KNOWN, None), {"status": "failed", "signals": judged, "explanation": "No."})
    assert [(found["path"], found["line"]) for found in shown["signals"]["lint"]["findings"]] == [
        ("a cell before it", 5),
        ("In [4]", 2),
    ]
    assert shown["explanation"] == "No. It was run after 2 cells that it builds on."
    assert shown["files"] == {"In [4]": CELLS[4]}


def test_a_run_without_tests_is_told_as_the_cell():
    judged = signals()
    judged["tests"]["results"] = [{"id": "solution.py", "outcome": "failed", "message": "ValueError: no"}]
    said = "solution.py failed: ValueError: no. See test_solution.py."
    shown = report(case(CELLS, 3, KNOWN, None), {"status": "failed", "signals": judged, "explanation": said})
    assert [result["id"] for result in shown["signals"]["tests"]["results"]] == ["In [3]"]
    assert shown["explanation"] == "In [3] failed: ValueError: no. See test_solution.py."
