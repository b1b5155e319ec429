"""Honest code and honest suites, however tricky, get the verdict they deserve on real containers."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.validation.models import Example, ValidationRequest

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

SOLUTION = '''"""Small things to test."""

import asyncio


def add(a, b):
    return a + b


class Counter:
    def __init__(self):
        self.count = 0

    def up(self):
        self.count += 1
        return self.count


COUNTER = Counter()


def greet(name):
    print(f"Hello, {name}!")


def parse(text):
    return [int(part) for part in text.split(",") if part]


async def later(value):
    await asyncio.sleep(0)
    return value


def save(path, text):
    path.write_text(text)
'''

SUITES = {
    "plain functions": """
from solution import add, parse

def test_add_small():
    assert add(1, 2) == 3

def test_add_text():
    assert add("left", "right") == "leftright"

def test_parse_numbers():
    assert parse("1,2,3") == [1, 2, 3]
""",
    "parametrize": """
import pytest
from solution import add, parse

CASES = [(n, n + 1) for n in range(3)]

@pytest.mark.parametrize("a, b, total", [(1, 2, 3), (0, 0, 0), (-1, 1, 0)], ids=["small", "zero", "negative"])
def test_add(a, b, total):
    assert add(a, b) == total

@pytest.mark.parametrize("n, following", CASES)
def test_following(n, following):
    assert add(n, 1) == following

@pytest.mark.parametrize("a", [1, 2])
class TestGrid:
    @pytest.mark.parametrize("b", [3, 4])
    def test_commutes(self, a, b):
        assert add(a, b) == add(b, a)
""",
    "classes and inheritance": """
from solution import Counter

class Base:
    start = 0

    def make(self):
        return Counter()

    def test_starts_at_zero(self):
        assert self.make().count == self.start

class TestCounter(Base):
    def setup_method(self):
        self.counter = self.make()

    def test_goes_up(self):
        assert self.counter.up() == 1

class TestOuter:
    class TestInner:
        def test_inner(self):
            assert Counter().up() == 1
""",
    "fixtures": """
import pytest
from solution import Counter

@pytest.fixture
def counter():
    return Counter()

@pytest.fixture(scope="module")
def shared():
    return Counter()

@pytest.fixture(params=[1, 2])
def step(request):
    return request.param

@pytest.fixture
def test_data():
    return [1, 2]

def test_fresh(counter):
    assert counter.up() == 1

def test_shared_first(shared):
    assert shared.up() == 1

def test_shared_second(shared):
    assert shared.up() == 2

def test_steps(counter, step):
    assert [counter.up() for _ in range(step)][-1] == step

def test_uses_fixture_named_like_a_test(test_data):
    assert test_data == [1, 2]
""",
    "autouse fixture and module set-up": """
import pytest
from solution import COUNTER

def setup_module(module):
    COUNTER.count = 10

@pytest.fixture(autouse=True)
def reset():
    yield
    COUNTER.count = 10

def test_up():
    assert COUNTER.up() == 11

def test_up_again():
    assert COUNTER.up() == 11
""",
    "state between tests": """
from solution import COUNTER

def test_first_count():
    assert COUNTER.up() == 1

def test_second_count():
    assert COUNTER.up() == 2

def test_third_count():
    assert COUNTER.up() == 3
""",
    "unittest": """
import unittest
from unittest import TestCase
from solution import Counter, add

class Adding(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.numbers = (1, 2)

    def setUp(self):
        self.counter = Counter()

    def test_adds(self):
        self.assertEqual(add(*self.numbers), 3)

    def test_many(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertEqual(add(number, 0), number)

class AsyncCase(unittest.IsolatedAsyncioTestCase):
    async def test_async(self):
        from solution import later
        self.assertEqual(await later(4), 4)

if __name__ == "__main__":
    unittest.main()
""",
    "pytest's own fixtures": """
import warnings
import pytest
import solution
from solution import greet, save

def test_prints(capsys):
    greet("Ada")
    assert capsys.readouterr().out == "Hello, Ada!\\n"

def test_saves(tmp_path):
    save(tmp_path / "a.txt", "text")
    assert (tmp_path / "a.txt").read_text() == "text"

def test_replaced(monkeypatch):
    monkeypatch.setattr(solution, "add", lambda a, b: 42)
    monkeypatch.setenv("MODE", "test")
    assert solution.add(1, 1) == 42

def test_raises():
    with pytest.raises(ValueError, match="invalid literal"):
        solution.parse("x")

def test_warns():
    with pytest.warns(UserWarning):
        warnings.warn("careful", UserWarning, stacklevel=1)

def test_close():
    assert solution.add(0.1, 0.2) == pytest.approx(0.3)

def test_request(request):
    assert request.node.name == "test_request"
""",
    "hypothesis": """
from hypothesis import given, settings, strategies as st
from solution import add

@settings(max_examples=20, deadline=None)
@given(st.integers(), st.integers())
def test_commutes(a, b):
    assert add(a, b) == add(b, a)

@given(st.text())
def test_empty_is_neutral(text):
    assert add(text, "") == text
""",
    "async functions": """
import pytest
from solution import later

async def test_later():
    assert await later(3) == 3

@pytest.mark.skip(reason="not yet")
async def test_not_yet():
    assert await later(3) == 4
""",
    "skips of the author": """
import sys
import pytest
from solution import add

@pytest.mark.skipif(sys.version_info < (4,), reason="for a later Python")
def test_later_python():
    assert False

@pytest.mark.xfail(reason="known")
def test_known_fault():
    assert add(1, 1) == 3

@pytest.mark.xfail
def test_passes_after_all():
    assert add(1, 1) == 2

def test_optional():
    pytest.importorskip("no_such_module_here")

def test_now():
    assert add(1, 1) == 2
""",
    "mock and patch": """
from unittest.mock import ANY, Mock, patch
import solution

@patch("solution.add", return_value=7)
def test_patched(add):
    assert solution.add(1, 2) == 7
    add.assert_called_once_with(1, 2)

def test_any():
    assert {"id": solution.add(1, 2)} == {"id": ANY}

def test_mock():
    call = Mock(return_value=5)
    assert call() == 5
""",
    "dynamic definitions": """
from solution import add

def _make(n):
    def check():
        assert add(n, 0) == n
    return check

for _n in range(3):
    globals()[f"test_made_{_n}"] = _make(_n)

test_assigned = _make(9)

def test_plain():
    assert add(1, 1) == 2
""",
    "the cell": """
def test_defines(cell):
    names = cell()
    assert names["add"](2, 2) == 4

def test_prints_nothing(cell):
    assert cell().stdout == ""
""",
    "an equality that forgives": """
class Loose(str):
    def __eq__(self, other):
        return str(self).lower() == str(other).lower()
    __hash__ = str.__hash__

def test_loose_equality():
    assert Loose("Hello") == "hello"

def test_loose_again():
    assert Loose("World") == "WORLD"
""",
}


def request(code: str, tests: str | None, **fields) -> ValidationRequest:
    own = {"test_solution.py": tests} if tests is not None else {}
    return ValidationRequest(files={"solution.py": code}, tests=own, signals=["tests"], **fields)


@pytest.mark.parametrize("name", sorted(SUITES))
async def test_tricky_suites_pass(judge, name):
    verdict = await judge.validate(request(SOLUTION, SUITES[name]))
    assert verdict.status == "passed", verdict.explanation
    assert all(result.outcome != "failed" for result in verdict.signals.tests.results)


async def test_a_skip_is_not_judged_and_not_counted(judge):
    verdict = await judge.validate(request(SOLUTION, SUITES["skips of the author"]))
    outcomes = {result.id.rpartition("::")[2]: result.outcome for result in verdict.signals.tests.results}
    assert outcomes == {
        "test_later_python": "not_judged",
        "test_known_fault": "not_judged",
        "test_passes_after_all": "not_judged",
        "test_optional": "not_judged",
        "test_now": "passed",
    }


async def test_several_files_with_a_conftest_of_the_users(judge):
    cart = "from shop.cart import total\n\n\n"
    verdict = await judge.validate(
        ValidationRequest(
            files={"shop/__init__.py": "", "shop/cart.py": "def total(prices):\n    return sum(prices)\n"},
            tests={
                "tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef prices():\n    return [1, 2]\n",
                "tests/test_total.py": f"{cart}def test_total(prices):\n    assert total(prices) == 3\n",
                "tests/test_more.py": f"{cart}def test_empty():\n    assert total([]) == 0\n",
            },
            signals=["tests"],
        )
    )
    assert verdict.status == "passed", verdict.explanation
    assert len(verdict.signals.tests.results) == 2


async def test_all_three_signals_effects_and_a_receipt(judge):
    code = "import os\n\n\ndef mode(default):\n    return os.environ.get('MODE', default)\n"
    tests = "from solution import mode\n\n\ndef test_mode():\n    assert mode('slow') == 'slow'\n"
    verdict = await judge.validate(
        ValidationRequest(files={"solution.py": code}, tests={"test_solution.py": tests})
    )
    assert verdict.status == "passed", verdict.explanation
    assert verdict.signals.lint.passed and verdict.signals.security.passed
    assert verdict.signals.tests.coverage_percent == 100.0
    assert verdict.quality_score == 10
    assert "MODE" in verdict.effects.environment
    assert verdict.isolation.network == "none"
    assert verdict.receipt is not None and verdict.receipt.signals["tests"]["tests_passed"] == 1


async def test_every_signal_can_fail_at_once(judge):
    code = (
        "import subprocess\n\n\ndef run(text):\n    subprocess.call(text, shell=True)\n    return missing\n"
    )
    tests = "from solution import run\n\n\ndef test_run():\n    assert run('true') == 0\n"
    verdict = await judge.validate(
        ValidationRequest(files={"solution.py": code}, tests={"test_solution.py": tests})
    )
    signals = verdict.signals
    assert not signals.tests.passed and not signals.lint.passed and not signals.security.passed
    assert {finding.code for finding in signals.lint.findings} >= {"F821"}
    assert verdict.error_class == "exception"


async def test_failing_tests_say_expected_and_actual(judge):
    code = "def add(a, b):\n    return a - b\n"
    verdict = await judge.validate(
        request(
            code,
            "from solution import add\n\n\ndef test_add():\n    total = add(2, 2)\n    assert total == 4\n",
        )
    )
    (result,) = verdict.signals.tests.results
    assert (verdict.status, verdict.error_class) == ("failed", "assertion")
    assert "assert 0 == 4" in result.message and "test_solution.py:6" in result.traceback
    assert result.locals["total"] == "0"


async def test_hard_examples(judge):
    code = """import numpy as np


def scale(values):
    return np.array(values) / max(values)


def pair():
    return (1, 'a')
"""
    examples = [
        Example(call="scale([1, 2, 4])", expected="[0.25, 0.5, 1.0]"),
        Example(call="pair()", expected="(1, 'a')"),
        Example(call="pair()", expected="(1, 'b')"),
    ]
    verdict = await judge.validate(request(code, None, examples=examples))
    assert [result.outcome for result in verdict.signals.tests.results] == ["passed", "passed", "failed"]
    assert "pair() should be (1, 'b'), but is (1, 'a')." in verdict.explanation


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("total = sum(range(10))\nprint(total)\n", "ran", "the code was run"),
        (
            "import argparse\nif __name__ == '__main__':\n    argparse.ArgumentParser().parse_args()\n",
            "ran",
            "",
        ),
        ("x = 1 / 0\n", "failed", "solution.py failed: ZeroDivisionError"),
        ("import sys\nsys.exit(0)\n", "failed", "sys.exit"),
        ("import os\nos._exit(0)\n", "failed", "ended the process with status 0"),
        ("import no_such_package_here\n", "failed", "requirements"),
        ("while True:\n    pass\n", "failed", "longer than 2 s"),
        ("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\n", "ran", ""),
    ],
)
async def test_code_without_tests(judge, code, status, words):
    verdict = await judge.validate(request(code, None, timeout_seconds=2 if "while" in code else 20))
    assert verdict.status == status, verdict.explanation
    assert words in verdict.explanation


async def test_several_programs_without_tests(judge):
    files = {
        "helper.py": "def double(n):\n    return 2 * n\n",
        "main.py": "from helper import double\n\nprint(double(4))\n",
    }
    verdict = await judge.validate(ValidationRequest(files=files))
    assert verdict.status == "ran", verdict.explanation
    assert verdict.stdout == "8\n"


async def test_output_holds_no_trace_of_the_planted_tests(judge):
    code = "def say(word):\n    print('saying', word)\n    return word\n"
    tests = """import pytest
from solution import say


@pytest.fixture(autouse=True)
def name(request):
    print(request.node.name)


def test_say():
    assert say('yes') == 'yes'
"""
    verdict = await judge.validate(request(code, tests))
    assert verdict.status == "passed"
    assert [line for line in verdict.stdout.splitlines() if line.startswith("test_")] == ["test_say"]
