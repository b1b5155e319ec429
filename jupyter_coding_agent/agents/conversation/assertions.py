"""What a failed ``assert a == b`` expected and got, where that can be read and need not be guessed."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from ...core import syntax
from ...validation.models import TestResult
from ..source import pysource
from ..source.suites import bare_id

_MESSAGE = re.compile(r"^(?:AssertionError: )?assert (?P<sides>.+?)(?: \(where .*)?$", re.DOTALL)
_WHOLE = 490  # longer messages were cut


def expected_and_actual(result: TestResult, tests: Mapping[str, str]) -> tuple[str | None, str | None]:
    """As pytest printed them; None where it stays open which side is which, or the message was cut.

    A side is the expected one if its source is a literal (also in ``approx``) or a parameter of the test, and
    that of the other side is not.
    """
    if result.expected is not None or result.actual is not None:
        return result.expected, result.actual
    message = _MESSAGE.match(result.message) if len(result.message) < _WHOLE else None
    if not message or message["sides"].count(" == ") != 1:
        return None, None
    left, right = message["sides"].split(" == ")
    statement, parameters = _statement(result, tests)
    if statement is None or "..." in message["sides"]:
        return None, None
    given = [_is_given(side, parameters) for side in (statement.left, statement.comparators[0])]
    if given == [False, True]:
        return right, left
    return (left, right) if given == [True, False] else (None, None)


def _statement(result: TestResult, tests: Mapping[str, str]) -> tuple[ast.Compare | None, frozenset[str]]:
    """The equality that failed, by the traceback's line in the test's own file; and the test's parameters."""
    path, _, name = bare_id(result.id).partition("::")
    tree = pysource.parse(tests.get(path, ""))
    lines = re.findall(rf"^{re.escape(path)}:(\d{{1,7}})\b", result.traceback, re.MULTILINE)
    function = dict(pysource.test_nodes(tree.body)).get(name) if tree else None
    if function is None or not lines:
        return None, frozenset()
    line = int(lines[-1])
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) and node.lineno <= line <= (node.end_lineno or 0):
            test = node.test
            if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
                return test, frozenset(argument.arg for argument in function.args.args)
    return None, frozenset()


def _is_given(node: ast.expr, parameters: frozenset[str]) -> bool:
    if isinstance(node, ast.Call) and pysource.last_name(node) == "approx" and node.args:
        node = node.args[0]
    if isinstance(node, ast.Name):
        return node.id in parameters
    try:
        syntax.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
