"""Python source as syntax trees, safe to ask for from several threads.

CPython 3.11 and 3.12 keep the depth of the tree that is being made in a place that all threads share: two at a time
end in ``SystemError: AST constructor recursion depth mismatch`` (https://github.com/python/cpython/issues/106905).
"""

from __future__ import annotations

import ast
import threading
from typing import Any, Literal, overload

ONE_AT_A_TIME = threading.RLock()
"""Hold it while a library parses."""


@overload
def parse(source: str, mode: Literal["exec"] = "exec") -> ast.Module: ...
@overload
def parse(source: str, mode: Literal["eval"]) -> ast.Expression: ...
def parse(source: str, mode: Literal["exec", "eval"] = "exec") -> ast.Module | ast.Expression:
    """``ast.parse``. Raises what it raises."""
    with ONE_AT_A_TIME:
        tree = ast.parse(source, mode=mode)
    assert isinstance(tree, ast.Module | ast.Expression)
    return tree


def literal_eval(source: str | ast.AST) -> Any:
    """``ast.literal_eval``. Raises what it raises."""
    with ONE_AT_A_TIME:
        return ast.literal_eval(source)
