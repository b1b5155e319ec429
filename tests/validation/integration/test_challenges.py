"""Challenges on real containers: weak and strong suites, mutants that loop, die or change nothing, hostile code.

Machines differ in speed, so most of these claim that the plain verdict took long: the budget follows from it.
"""

from __future__ import annotations

import pytest

from jupyter_coding_agent.validation.models import Challenge, Example, Signals, ValidationRequest, Verdict
from jupyter_coding_agent.validation.service import Validator

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

AMPLE_MS = 15_000

TRIANGLE = '''"""Kinds of triangles."""


def kind(a, b, c):
    """Say what kind of triangle these sides make."""
    if min(a, b, c) <= 0:
        raise ValueError("a side has a length")
    a, b, c = sorted((a, b, c))
    if a + b <= c:
        return "none"
    if a == b == c:
        return "equilateral"
    if a == b or b == c:
        return "isosceles"
    return "scalene"
'''
STRONG = """import pytest

from solution import kind


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ((3, 4, 5), "scalene"),
        ((3, 3, 5), "isosceles"),
        ((3, 5, 5), "isosceles"),
        ((5, 3, 5), "isosceles"),
        ((3, 3, 3), "equilateral"),
        ((1, 1, 1), "equilateral"),
        ((1, 2, 3), "none"),
        ((1, 2, 4), "none"),
        ((4, 1, 2), "none"),
        ((0.5, 0.5, 0.5), "equilateral"),
    ],
)
def test_kinds(sides, expected):
    assert kind(*sides) == expected


@pytest.mark.parametrize("sides", [(0, 1, 1), (1, 0, 1), (1, 1, -1), (0, 0, 0), (5, 5, 0)])
def test_lengths(sides):
    with pytest.raises(ValueError):
        kind(*sides)
"""
WEAK = """from solution import kind


def test_it_answers():
    assert kind(3, 4, 5)
    assert kind(3, 3, 5)
    assert kind(1, 2, 9)
"""


async def challenged(
    judge: Validator, code: str, tests: str, *, budget_ms: float = AMPLE_MS, **fields
) -> Challenge:
    request = ValidationRequest(files={"solution.py": code}, tests={"test_solution.py": tests}, **fields)
    verdict = Verdict(status="passed", signals=Signals(), duration_ms=budget_ms)
    return await judge.challenge(request, verdict)


def outcome(challenge: Challenge, line: int, original: str, changed: str) -> str:
    (found,) = {
        mutant.outcome
        for mutant in challenge.mutants
        if (mutant.line, mutant.original, mutant.changed) == (line, original, changed)
    }
    return found


async def test_a_strong_suite_kills_nearly_everything(judge: Validator):
    challenge = await challenged(judge, TRIANGLE, STRONG)
    assert len(challenge.mutants) >= 20, challenge.reason
    assert challenge.score is not None and challenge.score >= 0.9, challenge
    assert all(mutant.killed_by for mutant in challenge.mutants if mutant.outcome == "killed")


async def test_a_weak_suite_leaves_survivors_named_by_line(judge: Validator):
    challenge = await challenged(judge, TRIANGLE, WEAK)
    assert challenge.score is not None and challenge.score < 0.6
    survivors = {
        (mutant.line, mutant.operator) for mutant in challenge.mutants if mutant.outcome == "survived"
    }
    assert {(13, "comparison"), (13, "boolean")} & survivors
    # Nothing of these lines was executed: no test could have noticed.
    assert not {7, 12} & {mutant.line for mutant in challenge.mutants}


async def test_a_loop_without_end_is_cut_by_its_steps(judge: Validator):
    code = "def count(n):\n    i = 0\n    while i < n:\n        i += 1\n    return i\n"
    tests = "from solution import count\n\n\ndef test_count():\n    assert count(5) == 5\n"
    challenge = await challenged(judge, code, tests)
    looping = [mutant for mutant in challenge.mutants if mutant.changed == "pass"]
    assert [(mutant.line, mutant.outcome, mutant.cut) for mutant in looping] == [(4, "killed", True)]


async def test_a_loop_in_a_library_is_cut_too(judge: Validator):
    code = "def total(n):\n    extra = 0\n    return sum(range(n + extra * 10**12))\n"
    tests = "from solution import total\n\n\ndef test_total():\n    assert total(3) == 3\n"
    challenge = await challenged(judge, code, tests)
    endless = [mutant for mutant in challenge.mutants if (mutant.line, mutant.changed) == (2, "1")]
    assert [(mutant.outcome, mutant.cut) for mutant in endless] == [("killed", True)]
    assert len(challenge.mutants) == challenge.possible


async def test_what_waits_for_ever_is_ended_and_the_next_ones_run(judge: Validator):
    code = """import threading


def handed(value):
    box, full = [], threading.Event()

    def put():
        box.append(value)
        full.set()

    threading.Thread(target=put, daemon=True).start()
    full.wait()
    return box[0]
"""
    tests = "from solution import handed\n\n\ndef test_handed():\n    assert handed(3) == 3\n"
    challenge = await challenged(judge, code, tests)
    waits = {mutant.line: mutant for mutant in challenge.mutants if mutant.original.endswith(".set()")}
    assert waits[9].cut and waits[9].outcome == "killed"
    assert len(challenge.mutants) == challenge.possible


async def test_an_equivalent_mutant_is_told_apart(judge: Validator):
    code = "def clipped(x):\n    if x < 0:\n        x = 0\n    return x\n"
    tests = (
        "from solution import clipped\n\n\ndef test_clipped():\n"
        "    assert [clipped(x) for x in (-2, -1, 0, 1, 5)] == [0, 0, 0, 1, 5]\n"
    )
    challenge = await challenged(judge, code, tests)
    assert outcome(challenge, 2, "<", "<=") == "equivalent"
    assert challenge.score == 1.0


async def test_a_change_that_shows_only_in_an_argument_is_no_equivalent(judge: Validator):
    code = "def add_to(items, x):\n    items.append(x)\n    items.sort()\n"
    tests = "from solution import add_to\n\n\ndef test_runs():\n    assert add_to([2, 3], 1) is None\n"
    challenge = await challenged(judge, code, tests)
    assert {mutant.outcome for mutant in challenge.mutants} == {"survived"}
    assert challenge.score == 0.0


async def test_printed_text_is_an_output(judge: Validator):
    code = "def show(x):\n    y = x + 1\n    print(y)\n"
    tests = "from solution import show\n\n\ndef test_show():\n    show(1)\n"
    challenge = await challenged(judge, code, tests)
    assert outcome(challenge, 2, "+", "-") == "survived"


async def test_where_tests_capture_the_output_nothing_is_called_equivalent(judge: Validator):
    code = "def show(x):\n    y = x + 1\n    print(y)\n"
    tests = "from solution import show\n\n\ndef test_show(capsys):\n    show(1)\n    capsys.readouterr()\n"
    challenge = await challenged(judge, code, tests)
    assert outcome(challenge, 2, "+", "-") == "survived"


async def test_what_is_written_to_a_file_is_not_compared(judge: Validator):
    code = "def save(path, x):\n    path.write_text(str(x + 1))\n"
    tests = "from solution import save\n\n\ndef test_save(tmp_path):\n    save(tmp_path / 'a', 1)\n"
    challenge = await challenged(judge, code, tests)
    assert outcome(challenge, 2, "+", "-") == "survived"


CELL = """%matplotlib inline
import pandas as pd

orders = orders.dropna(subset=["amount"])
merged = orders.merge(customers, on="customer_id", how="left")
totals = merged.groupby("country")["amount"].sum()
big = totals[totals > 10]
big.sort_values(ascending=False)
"""
CELL_TESTS = """import pandas as pd
import pytest


def inputs():
    orders = pd.DataFrame({"customer_id": [1, 2, 2, 1, 3], "amount": [5.0, 7.0, 8.0, 5.0, None]})
    customers = pd.DataFrame({"customer_id": [1, 2, 3], "country": ["AT", "NZ", "PE"]})
    return {"orders": orders, "customers": customers}


def test_totals(cell):
    result = cell(**inputs())
    assert result["totals"].to_dict() == {"AT": 10.0, "NZ": 15.0}


def test_big(cell):
    result = cell(**inputs())
    assert list(result["big"].index) == ["NZ"]
    assert result.displayed[0].tolist() == [15.0]
"""


async def test_cells_of_data_code_are_challenged_around_their_magics(judge: Validator):
    challenge = await challenged(judge, CELL, CELL_TESTS, known_names=["orders", "customers"])
    assert outcome(challenge, 6, "sum", "max") == "killed"
    assert outcome(challenge, 7, ">", ">=") == "killed"
    assert outcome(challenge, 5, '"left"', "'inner'") == "equivalent"
    assert not {1} & {mutant.line for mutant in challenge.mutants}


async def test_hard_examples_kill(judge: Validator):
    hard = [
        Example(call="kind(2, 2, 3)", expected="'isosceles'"),
        Example(call="kind(1, 2, 3)", expected="'none'"),
    ]
    challenge = await challenged(judge, TRIANGLE, WEAK, examples=hard)
    killers = {name for mutant in challenge.mutants for name in mutant.killed_by}
    assert {"test_examples.py::test_example_1", "test_examples.py::test_example_2"} <= killers


async def test_a_mutant_that_ends_the_process_is_killed(judge: Validator):
    code = "import os\n\n\ndef safe(x):\n    if x > 100:\n        os._exit(0)\n    return x\n"
    tests = "from solution import safe\n\n\ndef test_safe():\n    assert safe(1) == 1\n"
    challenge = await challenged(judge, code, tests)
    assert outcome(challenge, 5, "x > 100", "not (x > 100)") == "killed"
    assert len(challenge.mutants) == challenge.possible


async def test_a_mutant_that_takes_all_the_memory_is_killed_and_the_next_ones_run(judge: Validator):
    code = "def grown(n):\n    text = 'x'\n    while len(text) < n:\n        text += text\n    return len(text)\n"
    tests = "from solution import grown\n\n\ndef test_grown():\n    assert grown(4) == 4\n    assert grown(1) == 1\n"
    challenge = await challenged(judge, code, tests)
    assert outcome(challenge, 3, "len(text) < n", "not (len(text) < n)") == "killed"
    assert len(challenge.mutants) == challenge.possible


async def test_code_that_kills_the_process_above_it_gets_no_score(judge: Validator):
    code = (
        "import os\nimport signal\n\n\ndef add(a, b):\n    try:\n        os.kill(os.getppid(), signal.SIGKILL)\n"
        "    except PermissionError:\n        pass\n    return a + b\n"
    )
    tests = "from solution import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
    challenge = await challenged(judge, code, tests)
    assert challenge.score is None and challenge.mutants == []
    assert "was not carried out" in challenge.reason


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"t": "mutant", "number": 1, "failed": []}, ""),
        ({"t": "observed", "steps": 1e400, "outputs": [], "replays": -1}, ""),
        ({"t": "lines", "path": "solution.py", "lines": [10**9]}, "execute nothing that could be changed"),
        ({"t": "done", "status": 0}, "before they were through"),
    ],
)
async def test_code_that_speaks_in_its_trials_for_the_harness_does_no_harm(judge: Validator, lie, reason):
    code = f"""import json
import os

LIE = b"\\n" + json.dumps({lie!r}).encode() + b"\\n"


def add(a, b):
    if os.path.realpath("/proc/self/fd/1") != "/dev/null":
        return a + b
    for number in range(3, 30):
        try:
            os.write(number, LIE)
        except OSError:
            pass
    return a + b
""".replace("inf", "float('inf')")
    tests = "from solution import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
    challenge = await challenged(judge, code, tests)
    if lie["t"] == "done" and challenge.score is not None:
        reason = ""  # they were through before the lie was read
    assert reason in challenge.reason
    assert (challenge.score is None) == bool(reason)
    assert len(challenge.mutants) == challenge.possible


async def test_files_that_one_mutant_leaves_are_not_seen_by_the_next(judge: Validator):
    code = (
        "import os\n\n\ndef fresh(n):\n    seen = os.path.exists('mark')\n    os.makedirs('mark/deep')\n"
        "    return not seen and n > 3\n"
    )
    tests = "from solution import fresh\n\n\ndef test_fresh():\n    assert fresh(9)\n"
    challenge = await challenged(judge, code, tests)
    assert outcome(challenge, 7, ">", ">=") == "survived"


async def test_unsteady_tests_give_no_score(judge: Validator):
    code = "def add(a, b):\n    return a + b\n"
    tests = """import os

from solution import add


def test_add():
    assert add(1, 2) == 3
    assert os.path.realpath("/proc/self/fd/1") != "/dev/null"
"""
    challenge = await challenged(judge, code, tests)
    assert challenge.score is None
    assert "test_add did not pass again on the unchanged code" in challenge.reason


async def test_what_does_not_fit_into_the_budget_is_said(judge: Validator):
    code = "import time\n\n\ndef slow(n):\n    time.sleep(0.3)\n    return n + 1 - 2 * 3\n"
    tests = "from solution import slow\n\n\ndef test_slow():\n    slow(1)\n"
    challenge = await challenged(judge, code, tests, budget_ms=0)
    assert len(challenge.mutants) < challenge.possible
    assert "The time for it was over" in challenge.reason or "not carried out" in challenge.reason


async def test_property_tests_try_the_same_examples_on_every_mutant(judge: Validator):
    code = "def clipped(x):\n    if x < 0:\n        x = 0\n    return x\n"
    tests = """from hypothesis import given, settings
from hypothesis import strategies as st

from solution import clipped


@settings(max_examples=20, deadline=None)
@given(st.integers())
def test_never_negative(x):
    assert clipped(x) >= 0
"""
    challenge = await challenged(judge, code, tests)
    assert outcome(challenge, 2, "<", "<=") == "equivalent"


async def test_a_boundary_that_no_test_looks_at_is_no_equivalent(judge: Validator):
    code = "def grade(points):\n    return 'passed' if points >= 50 else 'failed'\n"
    tests = (
        "from solution import grade\n\n\ndef test_grade():\n"
        "    assert grade(90) == 'passed'\n    assert grade(10) == 'failed'\n"
    )
    challenge = await challenged(judge, code, tests)
    assert outcome(challenge, 2, ">=", ">") == "survived"
    assert outcome(challenge, 2, "50", "51") == "survived"


async def test_an_input_beside_the_tests_that_never_ends_does_no_harm(judge: Validator):
    code = "def countdown(n):\n    steps = 0\n    while n != 0:\n        n -= 1\n        steps += 1\n    return steps\n"
    tests = "from solution import countdown\n\n\ndef test_countdown():\n    assert countdown(5) == 5\n"
    challenge = await challenged(judge, code, tests)
    assert challenge.score == 1.0
    assert len(challenge.mutants) == challenge.possible


async def test_random_numbers_are_the_same_in_every_trial(judge: Validator):
    code = "import random\n\n\ndef noisy(x):\n    if x < 0:\n        x = 0\n    return x + random.random()\n"
    tests = "from solution import noisy\n\n\ndef test_noisy():\n    assert 0 <= noisy(0) + noisy(-1) + noisy(1) <= 4\n"
    challenge = await challenged(judge, code, tests)
    assert outcome(challenge, 5, "<", "<=") == "equivalent"
