"""What a scripted model answers where a number is to be doubled: wrong code, right code, and tests that tell which."""

from __future__ import annotations

WRONG = "def double(number):\n    return number + 3\n"
RIGHT = "def double(number):\n    return number * 2\n"
TESTS = """\
from solution import double


def test_two():
    assert double(2) == 4


def test_nothing():
    assert double(0) == 0
"""
