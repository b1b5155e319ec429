"""The watch over data code sees what it must, and the code does not see the watch."""

from __future__ import annotations

import pytest

from .driver import Run, run_tests

pytestmark = pytest.mark.engine

ENRICH = """
import pandas as pd


def enrich(orders, customers):
    return (
        orders
        .merge(customers, on="customer", how="left")
    )
"""
REPEATS = """
import pandas as pd
from solution import enrich

orders = pd.DataFrame({"customer": [1, 2, 2]})
customers = pd.DataFrame({"customer": [1, 2, 2], "country": ["AT", "NZ", "NZ"]})
"""


def found(run: Run) -> list[tuple[str, int]]:
    return [(finding["kind"], finding["line"]) for finding in run.data_findings]


@pytest.fixture(scope="module")
def data_run():
    def run(code: str, tests: str, **options) -> Run:
        result = run_tests(code, tests, flavor="data", **options)
        assert set(result.outcomes.values()) == {"passed"}, (result.reports, result.errors)
        return result

    return run


def test_a_finding_names_the_line_and_stands_once(data_run) -> None:
    tests = REPEATS + "\n".join(
        f"def test_{number}():\n    enrich(orders, pd.concat([customers] * {number}))\n"
        for number in (1, 3, 2)
    )
    (finding,) = data_run(ENRICH, tests).data_findings
    assert finding == {
        "kind": "row_count",
        "path": "solution.py",
        "line": 8,
        "message": "merge turned 3 rows into 15: keys are repeated on both sides. Say validate= if that is meant.",
    }


def test_what_tests_and_libraries_do_themselves_is_not_the_codes(data_run) -> None:
    code = "import pandas as pd\n\n\ndef rows(frame):\n    return len(frame)\n"
    tests = """
import pandas as pd
from solution import rows

def test_it():
    left = pd.DataFrame({"a": [1, 1]})
    assert rows(left.merge(left, on="a")) == 4
    assert rows(left.groupby("a").apply(lambda part: part - part["a"], include_groups=True)) >= 1
"""
    assert data_run(code, tests).data_findings == []


@pytest.mark.parametrize("flavor", ["plain", "data", "plot"])
def test_libraries_that_are_imported_late_are_watched_too(flavor: str) -> None:
    code = """
def pair(rows):
    import pandas
    frame = pandas.DataFrame(rows)
    return frame.merge(frame, on="a", how="left")


def empty():
    import matplotlib.pyplot as plt
    return plt.figure()
"""
    tests = """
from solution import empty, pair

def test_it():
    assert len(pair({"a": [1, 1]})) == 4
    assert not empty().axes
"""
    run = run_tests(code, tests, flavor=flavor)
    assert run.outcomes == {"test_it": "passed"}
    assert found(run) == [("row_count", 5), ("empty_plot", 10)]


def test_the_code_can_not_see_the_watch(data_run) -> None:
    code = """
import copy
import inspect
import pickle
import warnings

import pandas as pd


def look(frame, other):
    merge = pd.DataFrame.merge
    assert merge.__closure__ is None and merge.__module__ == "pandas.core.frame"
    assert not hasattr(merge, "__wrapped__")
    assert inspect.getsource(merge).lstrip().startswith(("@", "def merge"))
    assert list(inspect.signature(pd.merge).parameters)[:2] == ["left", "right"]
    assert pickle.loads(pickle.dumps(pd.merge)) is pd.merge
    assert pickle.loads(pickle.dumps(pd.concat)) is pd.concat
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        merged = frame.merge(other, on="a", how="left")
        mixed = pd.concat([merged, other.astype(object)])
    assert seen == []
    frames = [row.function for row in inspect.stack()]
    assert frames[0] == "look" and "handler" not in frames
    assert pd.testing.assert_frame_equal(copy.deepcopy(merged), merged) is None
    return mixed
"""
    tests = """
import pandas as pd
from solution import look

def test_it():
    frame = pd.DataFrame({"a": [1, 1, 2]})
    assert len(look(frame, pd.DataFrame({"a": [1, 1], "b": [1, 2]}))) == 7
"""
    assert ("row_count", 20) in found(data_run(code, tests))


def test_methods_that_a_subclass_has_changed_are_not_called(data_run) -> None:
    code = """
import pandas as pd


class Table(pd.DataFrame):
    _metadata = ["calls"]
    calls = []

    @property
    def _constructor(self):
        return Table

    def __len__(self):
        Table.calls.append("len")
        return super().__len__()

    def isna(self):
        Table.calls.append("isna")
        raise RuntimeError

    def items(self):
        Table.calls.append("items")
        raise RuntimeError


def pair(left, right):
    joined = left.merge(right, on="a", how="left")
    asked = list(Table.calls)
    return joined, asked
"""
    tests = """
from solution import Table, pair

def test_it():
    left, right = Table({"a": [1, 1]}), Table({"a": [1, 1], "b": [1, 2]})
    Table.calls.clear()
    joined, asked = pair(left, right)
    assert type(joined) is Table
    left_alone = list(asked)
    Table.calls.clear()
    left.merge(right, on="a", how="left")
    assert left_alone == Table.calls
"""
    assert found(data_run(code, tests)) == [("row_count", 27)]


def test_code_that_removes_the_watch_only_loses_warnings(data_run) -> None:
    code = f"""{ENRICH}
import sys

assert sys.monitoring.get_tool(5), [*map(sys.monitoring.get_tool, range(6))]
sys.monitoring.free_tool_id(5)
"""
    run = data_run(code, REPEATS + "def test_it():\n    enrich(orders, customers)\n")
    assert run.data_findings == []
    assert run.exit["reason"] == "finished"


def test_findings_are_capped(data_run) -> None:
    lines = "\n".join("    frame.merge(frame, on='a', how='left')" for _ in range(80))
    code = f"def many(frame):\n{lines}\n"
    tests = "import pandas as pd\nfrom solution import many\n\n"
    tests += "def test_it():\n    many(pd.DataFrame({'a': [1, 1]}))\n"
    assert len(data_run(code, tests).data_findings) == 50


def test_a_loop_pays_little(data_run) -> None:
    code = """
import time

import pandas as pd


def busy(frame, times):
    begin = time.perf_counter()
    for _ in range(times):
        frame["b"] = frame["a"] + frame["a"]
        total(1)
    return time.perf_counter() - begin


def total(n):
    return n


def bare(frame, times):
    begin = time.perf_counter()
    run = compile("for _ in range(times):\\n    frame['b'] = frame['a'] + frame['a']\\n    total(1)", "x", "exec")
    exec(run, {"frame": frame, "times": times, "total": total})
    return time.perf_counter() - begin
"""
    tests = """
import pandas as pd
from solution import bare, busy

def test_it():
    frame = pd.DataFrame({"a": range(100)})
    busy(frame, 50), bare(frame, 50)
    watched, alone = min(busy(frame, 300) for _ in range(5)), min(bare(frame, 300) for _ in range(5))
    assert watched < 1.5 * alone + 0.002, (watched, alone)
"""
    data_run(code, tests)


def test_a_cell_counts_when_it_has_ended(data_run) -> None:
    cell = """
import matplotlib.pyplot as plt

figure, axes = plt.subplots()
merged = orders.merge(customers, on="customer", how="left")
merged["country"] = merged["country"].fillna("unknown")
axes.plot([1, 2])
"""
    tests = REPEATS.replace("from solution import enrich\n", "")
    tests += "def test_it(cell):\n    cell(orders=orders, customers=customers.head(1))\n"
    assert data_run(cell, tests, cell="solution.py").data_findings == []


def test_a_cell_may_await_and_use_magics(data_run) -> None:
    cell = """%matplotlib inline
import asyncio

await asyncio.sleep(0)
merged = orders.merge(
    customers,
    on="customer",
)
"""
    tests = REPEATS.replace("from solution import enrich\n", "")
    tests += "def test_it(cell):\n    cell(orders=orders, customers=customers.head(1))\n"
    assert found(data_run(cell, tests, cell="solution.py")) == [("row_count", 5)]


def test_a_refused_install_is_told() -> None:
    run = run_tests(
        "%pip install nowhere-to-be-found\n", "def test_it(cell):\n    cell()\n", cell="solution.py"
    )
    assert run.outcomes == {"test_it": "failed"}
    assert found(run) == [("failed_install", 1)]


def test_what_raises_leaves_nothing(data_run) -> None:
    code = """
def checked(orders, customers):
    merged = orders.merge(customers, on="customer", how="left")
    if len(merged) > len(orders):
        raise ValueError
    return merged
"""
    tests = REPEATS.replace("enrich", "checked")
    tests += "import pytest\n\ndef test_raises():\n    with pytest.raises(ValueError):\n"
    tests += (
        "        checked(orders, customers)\n\ndef test_passes():\n    checked(orders, customers.head(2))\n"
    )
    assert data_run(code, tests).data_findings == []
