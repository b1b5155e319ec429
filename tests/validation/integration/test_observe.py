"""What code does where its tests look, seen on real containers."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.validation.models import Example, ValidationRequest

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

TESTS = """
import random
import unittest

import pytest
from hypothesis import given, strategies as st
from solution import Account, halve, noise, order, shout, stuck


@pytest.mark.parametrize("n, half", [(4, 2), (5, 2)])
def test_halves(n, half):
    assert halve(n) == half


def test_refuses_text():
    with pytest.raises((TypeError, ValueError)) as info:
        halve("four")
    assert "four" in str(info.value)


def test_raises_on_the_way():
    value = halve(None)
    assert value == 3


def test_account():
    account = Account(3)
    account.put(4)
    assert account.total == 8 and account.total > 0
    assert account == 3


def test_noise():
    assert noise() == 0.5


def test_prints(capsys):
    shout("a")
    assert capsys.readouterr().out == "B\\n"


def test_order():
    items = [3, 1, 2]
    order(items)
    assert items == [1, 2, 3]


def test_stuck():
    assert stuck(1) == 2


async def test_later():
    assert halve(0.2) == pytest.approx(0.15)


@given(st.integers())
def test_law(n):
    assert halve(n) == n


class Test(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(halve(8), 5)
        self.assertTrue(halve(0))
"""
CODE = """
import random


def halve(n):
    return n // 2 if isinstance(n, int) else n / 2


def order(items):
    items.sort()


def noise():
    return random.random()


def shout(text):
    print(text.upper())


def stuck(n):
    while n > 0:
        pass
    return n


class Account:
    def __init__(self, total):
        self.total = total

    def put(self, amount):
        self.total += amount
"""


def a_request(code: str, tests: str = TESTS, **fields) -> ValidationRequest:
    return ValidationRequest(files={"solution.py": code}, tests={"test_solution.py": tests}, **fields)


async def test_everything_that_a_test_would_judge_is_handed_over(judge):
    seen = await judge.observe(a_request(CODE, examples=[Example(call="halve(90)", expected="44")]))
    tests = {name.removeprefix("test_solution.py::"): texts for name, texts in seen.items()}
    assert tests["test_halves[4-2]"] == ('{"int":"2"}',)
    assert tests["test_halves[5-2]"] == ('{"int":"2"}',)
    assert tests["test_refuses_text"] == ("raised TypeError or ValueError", "false")
    assert tests["test_raises_on_the_way"] == ("raised TypeError",)
    assert tests["test_account"] == (
        '{"int":"7"}',
        "true",
        '{"repr":"<solution.Account object>","type":"solution.Account"}',
    )
    assert tests["test_prints"] == ('"A\\n"',)
    assert tests["test_order"] == ('[{"int":"1"},{"int":"2"},{"int":"3"}]',)
    assert tests["test_later"] == ('{"float":"0.1"}',)
    assert tests["Test::test_equal"] == ('{"int":"4"}', "false")
    assert tests["probe::halve(1)"] == ('{"int":"0"}',)
    assert tests["probe::shout('')"][:2] == ("null", '"\\n"')
    assert tests["probe::order([])"][0] == "null"
    assert tests["probe::stuck(0)"] == ('{"int":"0"}',)
    gone = {"test_noise", "test_stuck", "test_law", "probe::stuck(5)", "probe::halve(90)"}
    assert not gone & tests.keys(), "random, endless, and with inputs of their own: nothing is known of them"
    assert not any("44" in text for texts in seen.values() for text in texts)


async def test_two_solutions_differ_exactly_where_they_behave_differently(judge):
    other = CODE.replace("n / 2", "n * 0.5").replace("n // 2", "-(-n // 2)")
    one, two = [await judge.observe(a_request(code)) for code in (CODE, other)]
    same = {name.removeprefix("test_solution.py::") for name in one if one[name] == two.get(name)}
    assert {"test_halves[4-2]", "test_refuses_text", "test_later", "Test::test_equal"} <= same
    assert not {"test_halves[5-2]", "probe::halve(1)"} & same


async def test_a_cell_is_observed_by_the_variables_that_tests_look_at(judge):
    tests = """
import pandas as pd


def test_sum(cell):
    result = cell(df=pd.DataFrame({"a": [1, 2], "b": [3, 4]}), factor=2)
    assert result["total"] == 6


def test_frame(cell):
    df = pd.DataFrame({"a": [1], "b": [2]})
    pd.testing.assert_frame_equal(cell(df=df, factor=1)["kept"], df)
"""
    code = "kept = df[df.a > 0]\ntotal = int(df.a.sum()) * factor\n"
    seen = await judge.observe(a_request(code, tests, cell="solution.py"))
    assert seen["test_solution.py::test_sum"] == ('{"int":"6"}',)
    assert seen["test_solution.py::test_frame"][0].startswith('{"frame":[["a",[{"int":"1"}]]')
    total = '["total",{"int":"1"}]'
    single = seen["probe::cell(df=pandas.DataFrame({'a': [1], 'b': [3]}), factor=2)"]
    assert total.replace("1", "2") in single[0]
    assert len([name for name in seen if name.startswith("probe::")]) >= 8


async def test_only_the_tests_that_are_asked_for_are_run(judge):
    only = ["test_solution.py::test_order", "Test::test_equal"]
    seen = await judge.observe(a_request(CODE), probes=False, only=only)
    assert sorted(seen) == ["test_solution.py::Test::test_equal", "test_solution.py::test_order"]


async def test_code_that_can_not_be_imported_shows_nothing(judge):
    assert await judge.observe(a_request("def halve(n:\n")) == {}


async def test_code_that_ends_the_process_hides_only_what_comes_later(judge):
    code = CODE.replace("print(text.upper())", "__import__('os')._exit(0)")
    seen = await judge.observe(a_request(code))
    assert "test_solution.py::test_account" in seen
    assert "test_solution.py::test_order" not in seen
