"""Tests rewritten to hand over what they would have judged: what the code does, whoever is right about it.

``assert f(2) == 5`` becomes ``observed(f(2))``, ``with pytest.raises(ValueError): f(-1)`` a record of what was
raised. Of a comparison the side that depends on the code is handed over; where both sides or neither do, and
for every other assertion, whether it holds. No expected value of an assertion remains.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable

from ....core import syntax
from .dependence import Dependence
from .expected import Function, names_in
from .source import PARSE_ERRORS

_SUPPORT = "agent_sandbox.observation"
_RAISES = {"raises", "assertRaises", "assertRaisesRegex"}
_TRUTH = {"assertTrue", "assertFalse", "assertIsNone", "assertIsNotNone"}
_WORD = re.compile(r"\w+")
_SAME = {"isclose", "allclose", "array_equal"}


def rewritten(text: str, modules: Collection[str], only: Collection[str] | None = None) -> str:
    """The source of a test file that hands over; empty where nothing of it can be observed.

    `modules` are those under test; `only` names the tests wanted, as ``test_it`` or ``TestIt::test_it``.
    Property tests are left out: their inputs are not the same from one solution to the next.
    """
    try:
        tree = syntax.parse(text)
        if not _select(tree.body, "", only):
            return ""
        taken = set(_WORD.findall(text))
        observed, observing = (_free(name, taken) for name in ("observed", "observing"))
        tree = _Rewriter(observed, Dependence(tree, modules)).visit(tree)
        support = syntax.parse(
            f"from {_SUPPORT} import observed as {observed}, observing as {observing}"
        ).body
        tree.body[_after_future(tree.body) : 0] = support
        return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    except PARSE_ERRORS:
        return ""


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _after_future(body: list[ast.stmt]) -> int:
    """Where the first statement may stand: behind the docstring and what concerns the compiler."""
    place = 0
    for node in body:
        docstring = place == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not docstring and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            break
        place += 1
    return place


def _select(body: list[ast.stmt], prefix: str, only: Collection[str] | None) -> bool:
    """Take out the tests that are not wanted; does one remain?"""
    remains = False
    for node in list(body):
        if isinstance(node, ast.ClassDef):
            remains |= _select(node.body, f"{prefix}{node.name}::", only)
            if not node.body:
                body.remove(node)
        elif isinstance(node, Function) and node.name.startswith("test"):
            wanted = only is None or f"{prefix}{node.name}" in only
            if wanted and not any("given" in names_in(decorator) for decorator in node.decorator_list):
                remains = True
            else:
                body.remove(node)
    return remains


class _Rewriter(ast.NodeTransformer):
    """Replaces what judges. `observed` is the name that hands over."""

    def __init__(self, observed: str, dependence: Dependence) -> None:
        self._observed = observed
        self._dependence = dependence
        self._marks: list[ast.expr] = []
        """Decorators of the classes around."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        outer, self._marks = self._marks, [*self._marks, *node.decorator_list]
        try:
            return self.generic_visit(node)
        finally:
            self._marks = outer

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: Function) -> ast.AST:
        outer, self._dependence = self._dependence, self._dependence.within(node, self._marks)
        try:
            return self.generic_visit(node)
        finally:
            self._dependence = outer

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        return [self._handed(value) for value in self._judged(node.test)]

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        call = node.value
        if not isinstance(call, ast.Call) or any(isinstance(part, ast.Starred) for part in call.args):
            return node
        name = _called(call)
        if name in ("raises", "assertRaises") and len(call.args) > 1:
            inner = ast.Call(call.args[1], call.args[2:], call.keywords)
            return ast.With([ast.withitem(self._raising(call))], [self._handed(inner)])
        if name in _TRUTH and call.args:
            empty = ast.Compare(call.args[0], [ast.Is()], [ast.Constant(None)])
            return self._handed(empty if "None" in name else _truth(call.args[0]))
        if name.startswith("assert") and len(call.args) > 1:
            side = self._side(*call.args[:2])
            return node if side is None else self._handed(side)
        return node

    def visit_With(self, node: ast.With) -> ast.AST:
        return self._with(node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        return self._with(node)

    def _with(self, node: ast.With | ast.AsyncWith) -> ast.AST:
        self.generic_visit(node)
        raising = [item for item in node.items if _called(item.context_expr) in _RAISES]
        for item in raising:
            item.context_expr = self._raising(item.context_expr)
        if raising:
            last = node.body[-1]
            if not isinstance(last, ast.Expr):
                node.body.append(self._handed(ast.Constant(None)))
            elif _called(last.value) != self._observed:
                node.body[-1] = self._handed(last.value)
        return node

    def _raising(self, call: ast.expr) -> ast.Call:
        expected = call.args[:1] if isinstance(call, ast.Call) else []
        raising = ast.Attribute(ast.Name(self._observed, ast.Load()), "raising", ast.Load())
        return ast.Call(raising, expected, [])

    def _handed(self, value: ast.expr) -> ast.stmt:
        return ast.Expr(ast.Call(ast.Name(self._observed, ast.Load()), [value], []))

    def _judged(self, test: ast.expr) -> Iterable[ast.expr]:
        """What an assertion judges: the parts of an ``and`` one by one."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            for part in test.values:
                yield from self._judged(part)
            return
        sides = _compared(test)
        side = self._side(*sides) if sides else None
        yield side if side is not None else _truth(test)

    def _side(self, left: ast.expr, right: ast.expr) -> ast.expr | None:
        """The side that depends on the code, where only one does."""
        depends = self._dependence.of(left), self._dependence.of(right)
        if depends == (True, False):
            return left
        return right if depends == (False, True) else None


def _truth(value: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("bool", ast.Load()), [value], [])


def _compared(test: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """Both sides of what asks for equality."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq | ast.Is):
        return test.left, test.comparators[0]
    if isinstance(test, ast.Call) and _called(test) in _SAME and len(test.args) > 1:
        return test.args[0], test.args[1]
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute):
        return (test.func.value, test.args[0]) if test.func.attr == "equals" and test.args else None
    return None


def _called(node: ast.expr) -> str:
    """The last name of what is called; empty where nothing is."""
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
