"""The parameter sets of ``pytest.mark.parametrize``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from .cases import Function
from .forms import Unknown, plain
from .names import dotted
from .values import Evaluator, Scope

_MOST_ROWS, _MOST_SETS = 60, 300


class _Param(tuple[Any, ...]):
    """The values of a ``pytest.param``."""


class Parameters:
    """Reads the marks of test functions. `lenient` gives what can be told of an expression."""

    def __init__(
        self, module: Scope, evaluator: Evaluator, lenient: Callable[[ast.expr, Scope], Any]
    ) -> None:
        self._module = module
        self._evaluator = evaluator
        self._lenient = lenient

    def of(self, function: Function) -> list[dict[str, Any]]:
        """Name → value, for each set; one empty set without marks."""
        sets: list[dict[str, Any]] = [{}]
        for mark in function.decorator_list:
            if not (isinstance(mark, ast.Call) and len(mark.args) >= 2):
                continue
            if not (dotted(mark.func, self._module.aliases) or "").endswith("parametrize"):
                continue
            known, names = self._evaluator.known(mark.args[0], self._module)
            if known:
                wanted = (
                    [part.strip() for part in names.split(",")] if isinstance(names, str) else list(names)
                )
                rows = list(self._rows(mark.args[1], wanted))[:_MOST_ROWS]
                sets = [{**one, **row} for one in sets for row in rows or [{}]][:_MOST_SETS]
        return sets

    def _rows(self, node: ast.expr, names: list[str]) -> Iterator[dict[str, Any]]:
        if isinstance(node, ast.List | ast.Tuple):
            rows = [self._row(item) for item in node.elts]
        else:
            known, value = self._evaluator.known(node, self._module)
            rows = plain(value) if known and isinstance(value, list | tuple) else []
        for row in rows:
            if row is Unknown:
                continue
            if len(names) == 1:
                yield {names[0]: row[0] if isinstance(row, _Param) and row else row}
            elif isinstance(row, list | tuple) and len(row) == len(names):
                yield dict(zip(names, row, strict=True))

    def _row(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Call) and dotted(node.func, self._module.aliases) == "pytest.param":
            return _Param(self._lenient(part, self._module) for part in node.args)
        if isinstance(node, ast.Tuple):
            return tuple(self._lenient(part, self._module) for part in node.elts)
        return self._lenient(node, self._module)
