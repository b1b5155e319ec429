"""Values of expressions, worked out by a bounded interpreter of pure operations: nothing is executed.

It knows literals, arithmetic, comparisons, a few builtins, methods and decoders, and a small model of data
frames. Everything else, everything large and everything that goes wrong is `Unknown`.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from . import forms, operations
from .forms import Column, Frame, Unknown
from .names import bound, dotted

_STEPS = 60_000
_DEPTH = 60
_ITEMS = 2_000
_BITS = 4_096

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Invert: operator.invert,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda item, items: item in items,
    ast.NotIn: lambda item, items: item not in items,
}


@dataclass(frozen=True)
class Scope:
    """What names mean: `values` are known, `expressions` are looked into when they are asked for."""

    values: Mapping[str, object] = field(default_factory=dict)
    expressions: Mapping[str, ast.expr] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Name → dotted name of what was imported under it."""
    functions: Mapping[str, tuple[list[str], ast.expr]] = field(default_factory=dict)
    """Name → parameters and result of functions that are one expression."""

    def with_values(self, values: Mapping[str, object]) -> Scope:
        """The same with more known values, which come first."""
        kept = {name: node for name, node in self.expressions.items() if name not in values}
        return replace(self, values={**self.values, **values}, expressions=kept)


class Evaluator:
    """Evaluates expressions until its steps are used up; then everything is unknown."""

    def __init__(self, steps: int = _STEPS) -> None:
        self._steps = steps
        self._depth = 0
        self._expanding: set[str] = set()

    def value(self, node: ast.expr, scope: Scope) -> Any:
        """The value of an expression.

        Raises:
            Unknown: it can't be told.
        """
        self._spend(1)
        if self._depth >= _DEPTH:
            raise Unknown
        self._depth += 1
        try:
            result = self._evaluate(node, scope)
            self._spend(forms.weight(result) // 8)
            return result
        except Unknown:
            raise
        except Exception as error:
            raise Unknown from error
        finally:
            self._depth -= 1

    def known(self, node: ast.expr | None, scope: Scope) -> tuple[bool, Any]:
        """Whether it can be told, and the value."""
        if node is None:
            return False, None
        try:
            return True, self.value(node, scope)
        except Unknown:
            return False, None

    @property
    def exhausted(self) -> bool:
        """Are its steps used up?"""
        return self._steps <= 0

    def _spend(self, steps: int) -> None:
        self._steps -= steps
        if self._steps <= 0:
            raise Unknown

    def _evaluate(self, node: ast.expr, scope: Scope) -> Any:
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return self._name(node.id, scope)
            case ast.Tuple() | ast.List() | ast.Set():
                kind = {ast.Tuple: tuple, ast.List: list, ast.Set: set}[type(node)]
                return kind(self._items(node.elts, scope))
            case ast.Dict():
                return self._dict(node, scope)
            case ast.BinOp():
                return self._binary(node, scope)
            case ast.UnaryOp():
                return _UNARY[type(node.op)](self.value(node.operand, scope))
            case ast.BoolOp():
                return self._bool(node, scope)
            case ast.Compare():
                return self._compare(node, scope)
            case ast.IfExp():
                return self.value(node.body if self.value(node.test, scope) else node.orelse, scope)
            case ast.NamedExpr():
                return self.value(node.value, scope)
            case ast.Subscript():
                return forms.item(self.value(node.value, scope), self._index(node.slice, scope))
            case ast.Attribute():
                name = dotted(node, scope.aliases) or ""
                if name in operations.CONSTANTS and name.partition(".")[0] not in scope.values:
                    return operations.CONSTANTS[name]
                return forms.attribute(self.value(node.value, scope), node.attr)
            case ast.JoinedStr():
                return "".join(self._formatted(part, scope) for part in node.values)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                found = [self.value(node.elt, inner) for inner in self._inner(node.generators, scope)]
                return set(found) if isinstance(node, ast.SetComp) else found
            case ast.DictComp():
                return {
                    self.value(node.key, inner): self.value(node.value, inner)
                    for inner in self._inner(node.generators, scope)
                }
            case ast.Call():
                return self._call(node, scope)
        raise Unknown

    def _name(self, name: str, scope: Scope) -> Any:
        # `s = s.strip()` means the parameter on its right side.
        if name in scope.expressions and name not in self._expanding:
            self._expanding.add(name)
            try:
                return self.value(scope.expressions[name], scope)
            finally:
                self._expanding.discard(name)
        if name in scope.values:
            value = scope.values[name]
            if value is Unknown:
                raise Unknown
            return value
        raise Unknown

    def _items(self, nodes: list[ast.expr], scope: Scope) -> Iterator[Any]:
        for node in nodes:
            if isinstance(node, ast.Starred):
                yield from forms.plain(self.value(node.value, scope))
            else:
                yield self.value(node, scope)

    def _dict(self, node: ast.Dict, scope: Scope) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            if key is None:
                result.update(self.value(item, scope))
            else:
                result[self.value(key, scope)] = self.value(item, scope)
        return result

    def _binary(self, node: ast.BinOp, scope: Scope) -> Any:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        if isinstance(left, Column | Frame) or isinstance(right, Column | Frame):
            raise Unknown
        if isinstance(node.op, ast.Mod) and isinstance(left, str | bytes):
            raise Unknown
        if isinstance(node.op, ast.Mult):
            for one, other in ((left, right), (right, left)):
                if isinstance(one, int) and hasattr(other, "__len__") and one * len(other) > _ITEMS:
                    raise Unknown
        if isinstance(node.op, ast.Pow) and abs(right) * forms.bits(left) > _BITS:
            raise Unknown
        if isinstance(node.op, ast.LShift) and right > _BITS:
            raise Unknown
        return _BINARY[type(node.op)](left, right)

    def _bool(self, node: ast.BoolOp, scope: Scope) -> Any:
        result: Any = None
        for part in node.values:
            result = self.value(part, scope)
            if bool(result) is isinstance(node.op, ast.Or):
                return result
        return result

    def _compare(self, node: ast.Compare, scope: Scope) -> bool:
        left = self.value(node.left, scope)
        for kind, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.value(comparator, scope)
            if isinstance(left, Column | Frame) or isinstance(right, Column | Frame):
                raise Unknown
            if not _COMPARE[type(kind)](left, right):
                return False
            left = right
        return True

    def _index(self, node: ast.expr, scope: Scope) -> Any:
        if isinstance(node, ast.Slice):
            parts = (node.lower, node.upper, node.step)
            return slice(*(None if part is None else self.value(part, scope) for part in parts))
        return self.value(node, scope)

    def _formatted(self, part: ast.expr, scope: Scope) -> str:
        if isinstance(part, ast.Constant):
            return str(part.value)
        if isinstance(part, ast.FormattedValue) and part.format_spec is None:
            value = self.value(part.value, scope)
            return repr(value) if part.conversion == ord("r") else str(value)
        raise Unknown

    def _inner(self, generators: list[ast.comprehension], scope: Scope) -> Iterator[Scope]:
        (generator,) = generators
        items = forms.plain(self.value(generator.iter, scope))
        for item in items[:_ITEMS]:
            inner = scope.with_values(bound(generator.target, item))
            if all(self.value(condition, inner) for condition in generator.ifs):
                yield inner

    def _call(self, node: ast.Call, scope: Scope) -> Any:
        arguments = list(self._arguments(node, scope))
        options = {keyword.arg or "**": self.value(keyword.value, scope) for keyword in node.keywords}
        name = dotted(node.func, scope.aliases)
        if name is not None and name in scope.functions:
            names, result = scope.functions[name]
            return self.value(result, scope.with_values(dict(zip(names, arguments, strict=True))))
        if name is not None and name.partition(".")[0] not in scope.values:
            known = operations.FUNCTIONS.get(name)
            if known is not None:
                return known(*arguments, **options)
        if isinstance(node.func, ast.Attribute):
            return operations.method(self.value(node.func.value, scope), node.func.attr, arguments, options)
        raise Unknown

    def _arguments(self, node: ast.Call, scope: Scope) -> Iterator[Any]:
        if isinstance(node.func, ast.Name) and node.func.id == "map" and len(node.args) == 2:
            function = operations.FUNCTIONS.get(dotted(node.args[0], scope.aliases) or "")
            if function is None:
                raise Unknown
            yield function
            yield self.value(node.args[1], scope)
            return
        yield from self._items(node.args, scope)
