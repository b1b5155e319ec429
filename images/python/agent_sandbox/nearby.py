"""Inputs beside those that the tests gave.

A mutant that no test notices may change nothing, or only what no test has looked at: calls with neighbouring
arguments tell the two apart.
"""

import ast
import copy
import itertools
import types

from . import notebook, sources

MOST_REPLAYS = 150
MOST_NUMBERS = 20
_CALLS_OF_ONE = 4
_CALLS = 40
_LARGEST = 10_000
_ITEMS = 200


class Nearby:
    """Notes calls of top-level functions, and makes them again with other arguments."""

    def __init__(self, numbers):
        self._numbers = numbers
        self._calls = []
        self._noted = {}

    def wants(self, code):
        """Whether another call of this code would be noted."""
        return len(self._calls) < _CALLS and self._noted.get(code, 0) < _CALLS_OF_ONE

    def note(self, frame):
        """Keep a call that has just begun, where its arguments are plain data."""
        code = frame.f_code
        self._noted[code] = self._noted.get(code, 0) + 1
        function = frame.f_globals.get(code.co_name)
        if type(function) is not types.FunctionType or function.__code__ is not code or not code.co_argcount:
            return
        if code.co_posonlyargcount + code.co_kwonlyargcount or code.co_flags & _UNUSUAL:
            return
        values = [frame.f_locals[name] for name in code.co_varnames[: code.co_argcount]]
        try:
            known = all(map(_is_plain, values))
        except RecursionError:
            return
        if known:
            self._calls.append((function, copy.deepcopy(values)))

    def replays(self):
        """Functions to call, in an order that is the same whenever the same calls were noted."""
        rows = [self._of_call(function, values) for function, values in self._calls]
        seen = set()
        for pair in itertools.chain.from_iterable(itertools.zip_longest(*rows)):
            if pair is None or len(seen) == MOST_REPLAYS:
                continue
            function, values = pair
            key = (function, repr(values))
            if key not in seen:
                seen.add(key)
                yield lambda function=function, values=values: _exhausted(function(*values))

    def _of_call(self, function, values):
        for number, value in enumerate(values):
            for other in _neighbours(value, self._numbers):
                changed = copy.deepcopy(values)
                changed[number] = other
                yield function, changed


# *args, **kwargs, coroutines and asynchronous generators.
_UNUSUAL = 0x04 | 0x08 | 0x80 | 0x200


def numbers_in(path):
    """The numbers that a source file mentions, those that something is compared with first."""
    try:
        nodes = list(ast.walk(ast.parse(notebook.to_python(sources.read(path)))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    compared = [item for node in nodes if isinstance(node, ast.Compare) for item in ast.walk(node)]
    found = (getattr(node, "value", None) for node in (*compared, *nodes) if isinstance(node, ast.Constant))
    numbers = (number for number in found if type(number) in (int, float) and abs(number) <= _LARGEST)
    return list(itertools.islice(dict.fromkeys(numbers), MOST_NUMBERS))


def _exhausted(result):
    if isinstance(result, types.GeneratorType):
        for _ in itertools.islice(result, _ITEMS):
            pass


def _is_plain(value):
    if isinstance(value, (list, tuple, set, frozenset)):
        return len(value) <= _ITEMS and all(map(_is_plain, value))
    if isinstance(value, dict):
        return len(value) <= _ITEMS and all(map(_is_plain, value)) and all(map(_is_plain, value.values()))
    if _is_table(value):
        return value.size <= _ITEMS
    return value is None or type(value) in (bool, int, float, str, bytes)


def _is_table(value):
    return type(value).__module__.partition(".")[0] in ("numpy", "pandas") and type(value).__name__ in (
        "DataFrame",
        "Series",
        "ndarray",
    )


def _neighbours(value, numbers):
    """A few values of the same kind."""
    kind = type(value)
    if kind is bool:
        return [not value]
    if kind in (int, float):
        near = [value + 1, value - 1, 0, -value, *(n + step for n in numbers for step in (0, 1, -1))]
        return [
            kind(number) for number in dict.fromkeys(near) if number != value and abs(number) <= _LARGEST + 1
        ]
    if kind in (str, bytes):
        return [
            value[:0],
            value[:-1],
            value + value,
            value.upper(),
            value[::-1],
            value.center(len(value) + 2),
        ]
    if kind in (list, tuple):
        return [value[:0], value[:1], value[::-1], value[:1] + value, *_with_other_items(value, numbers)]
    if kind is dict:
        return [{}, dict(list(value.items())[1:])]
    if _is_table(value) and getattr(value, "ndim", 0):
        rows = value if type(value).__name__ == "ndarray" else value.iloc
        return [rows[:0], rows[:1], rows[::-1], rows[[0, *range(len(value))]]] if len(value) else []
    return []


def _with_other_items(value, numbers):
    """The list with its first item replaced by a neighbour of it."""
    if not value or type(value[0]) not in (int, float, str):
        return []
    kind = type(value)
    return [kind([other]) + value[1:] for other in _neighbours(value[0], numbers[:3])[:8]]
