"""Reading test files for the calls that they make, by following their statements as far as parsing can."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .....core import syntax
from ....models import Example
from ..source import PARSE_ERRORS
from .cases import CELL, Case, Cases, Function, Something
from .forms import Unknown, plain
from .names import bound, dotted, imported, simple
from .parameters import Parameters
from .values import Evaluator, Scope

_MOST_CASES = 300
_MOST_ROUNDS = 60
# What turns an answer into another form of the same.
_SAME = frozenset({"list", "tuple", "dict", "float", "int"})


@dataclass(frozen=True)
class _Answer:
    """A name or expression of a test that stands for what a call of the code gave."""

    call: ast.Call
    function: str
    scope: Scope
    partial: bool = False
    namespace: bool = False
    """All that a run of the cell left; a variable of it is its answer."""


def read(
    tests: Mapping[str, str], examples: Sequence[Example], names: frozenset[str], evaluator: Evaluator
) -> Cases:
    """The cases of these test files and hard examples. `names` are functions and classes of the code."""
    cases = Cases()
    for path, text in tests.items():
        if not path.endswith(".py"):
            continue
        try:
            tree = syntax.parse(text)
        except PARSE_ERRORS:
            continue
        _Reader(tree, names, evaluator, cases).read()
    for example in examples:
        _read_example(example, names, evaluator, cases)
    return cases


def _read_example(example: Example, names: frozenset[str], evaluator: Evaluator, cases: Cases) -> None:
    try:
        text = f"def test():\n    assert ({example.call.strip()}) == ({example.expected.strip()})\n"
        tree = syntax.parse(text)
    except PARSE_ERRORS:
        return
    _Reader(tree, names, evaluator, cases).read()


class _Reader:
    """Walks one test file with the names that its statements bind."""

    def __init__(self, tree: ast.Module, names: frozenset[str], evaluator: Evaluator, cases: Cases) -> None:
        self._tree = tree
        self._names = names
        self._evaluator = evaluator
        self._cases = cases
        self._nodes = list(ast.walk(tree))
        self._aliases = imported(self._nodes)
        self._answers: dict[str, _Answer] = {}

    def read(self) -> None:
        self._cases.names |= {name.rpartition(".")[2] for name in self._aliases.values()}
        self._cases.attributes |= {
            node.attr
            for node in self._nodes
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value)
        }
        self._cases.literals |= {
            node.value
            for node in self._nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float)
        }
        helpers = [node for node in self._tree.body if not _is_test(node)]
        module = self._bind_all(self._tree.body, Scope(aliases=self._aliases, functions=simple(helpers)))
        functions = [node for node in self._nodes if isinstance(node, Function)]
        fixtures = self._fixtures(functions, module)
        parameters = Parameters(module, self._evaluator, self._lenient)
        for function in functions:
            if not function.name.startswith("test"):
                continue
            for values in parameters.of(function):
                wanted = {argument.arg for argument in function.args.args}
                given = {name: value for name, value in fixtures.items() if name in wanted}
                self._answers = {}
                self._body(function.body, module.with_values({**given, **values}))
                if len(self._cases.found) >= _MOST_CASES or self._evaluator.exhausted:
                    return

    def _fixtures(self, functions: Sequence[Function], module: Scope) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for function in functions:
            names = {dotted(getattr(mark, "func", mark), self._aliases) for mark in function.decorator_list}
            if "pytest.fixture" not in names:
                continue
            scope = self._bind_all(function.body, module)
            for node in function.body:
                value = node.value if isinstance(node, ast.Return | ast.Expr) else None
                if isinstance(value, ast.Yield):
                    value = value.value
                if value is not None:
                    known, result = self._evaluator.known(value, scope)
                    if known:
                        found[function.name] = result
        return found

    def _lenient(self, node: ast.expr, scope: Scope) -> Any:
        known, value = self._evaluator.known(node, scope)
        if known:
            return value
        if isinstance(node, ast.List | ast.Tuple) and not any(isinstance(n, ast.Starred) for n in node.elts):
            parts = [self._lenient(part, scope) for part in node.elts]
            items = [Something() if part is Unknown else part for part in parts]
            return tuple(items) if isinstance(node, ast.Tuple) else items
        return Unknown

    def _bind_all(self, body: Sequence[ast.stmt], scope: Scope) -> Scope:
        for node in body:
            if isinstance(node, ast.Assign | ast.AnnAssign):
                scope = self._assigned(node, scope)
        return scope

    def _body(self, body: Sequence[ast.stmt], scope: Scope) -> Scope:
        """Follow the statements; loops over literals are unrolled, both branches of a condition taken."""
        for node in body:
            if self._evaluator.exhausted or len(self._cases.found) >= _MOST_CASES:
                break
            if isinstance(node, ast.Assign | ast.AnnAssign):
                scope = self._assigned(node, scope)
            elif isinstance(node, ast.Assert):
                self._asserted(node.test, scope)
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                self._asserting_call(node.value, scope)
            elif isinstance(node, ast.With | ast.AsyncWith | ast.Try):
                scope = self._body(node.body, scope)
            elif isinstance(node, ast.If):
                self._body(node.orelse, scope)
                scope = self._body(node.body, scope)
            elif isinstance(node, ast.For):
                self._loop(node, scope)
        return scope

    def _loop(self, node: ast.For, scope: Scope) -> None:
        known, items = self._evaluator.known(node.iter, scope)
        try:
            rounds = plain(items)[:_MOST_ROUNDS] if known else []
            for entry in rounds:
                self._body(node.body, scope.with_values(bound(node.target, entry)))
        except Unknown:
            return

    def _assigned(self, node: ast.Assign | ast.AnnAssign, scope: Scope) -> Scope:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is None or len(targets) != 1:
            return scope
        answer = self._answer(node.value, scope)
        names = {child.id for child in ast.walk(targets[0]) if isinstance(child, ast.Name)}
        if answer is not None:
            if isinstance(targets[0], ast.Name):
                self._answers[targets[0].id] = answer
            return scope.with_values(dict.fromkeys(names, Unknown))
        for name in names:
            self._answers.pop(name, None)
        known, value = self._evaluator.known(node.value, scope)
        try:
            return scope.with_values(bound(targets[0], value) if known else dict.fromkeys(names, Unknown))
        except Unknown:
            return scope.with_values(dict.fromkeys(names, Unknown))

    def _asserted(self, node: ast.expr, scope: Scope) -> None:
        match node:
            case ast.BoolOp(op=ast.And()):
                for part in node.values:
                    self._asserted(part, scope)
            case ast.UnaryOp(op=ast.Not()):
                self._found(node.operand, False, scope)
            case ast.Compare(ops=[ast.Eq() | ast.Is()], left=left, comparators=[right]):
                self._compared(left, right, scope)
            case ast.Compare():
                return
            case ast.Call() if self._answer(node, scope) is None and node.args:
                self._asserting_call(node, scope)
            case _:
                self._found(node, True, scope)

    def _asserting_call(self, node: ast.Call, scope: Scope) -> None:
        """``self.assertEqual(f(x), y)``, ``np.isclose(f(x), y)``, or a call that only has to succeed."""
        name = (dotted(node.func, self._aliases) or "").rpartition(".")[2].lower()
        if len(node.args) >= 2 and any(word in name for word in ("equal", "close", "almost")):
            self._compared(node.args[0], node.args[1], scope)

    def _compared(self, left: ast.expr, right: ast.expr, scope: Scope) -> None:
        for asked, literal in ((left, right), (right, left)):
            known, value = self._evaluator.known(literal, scope)
            if known:
                if len(self._cases.expected) < _MOST_CASES:
                    self._cases.expected.append(value)
                self._found(asked, value, scope)
                return

    def _found(self, asked: ast.expr, expected: Any, scope: Scope) -> None:
        answer = self._answer(asked, scope)
        if answer is None or len(self._cases.found) >= _MOST_CASES:
            return
        arguments = tuple(self._lenient(part, answer.scope) for part in answer.call.args)
        options = {
            keyword.arg: self._lenient(keyword.value, answer.scope)
            for keyword in answer.call.keywords
            if keyword.arg is not None
        }
        if any(isinstance(part, ast.Starred) for part in answer.call.args):
            return
        shown = ", ".join(
            [*map(_shown, arguments), *(f"{name}={_shown(value)}" for name, value in options.items())]
        )
        case = Case(
            answer.function, arguments, options, expected, answer.partial, f"{answer.function}({shown})"[:120]
        )
        self._cases.found.append(case)

    def _answer(self, node: ast.expr, scope: Scope) -> _Answer | None:
        """The call of the code that this expression looks at, if there is one."""
        if isinstance(node, ast.Name):
            return self._answers.get(node.id)
        if isinstance(node, ast.Call):
            name = self._called(node)
            if name is not None:
                return _Answer(node, name, scope, namespace=name == CELL)
            inner = node.args[0] if node.args else getattr(node.func, "value", None)
            kept = isinstance(node.func, ast.Name) and node.func.id in _SAME
            kept = kept or _attribute(node.func) in ("tolist", "to_list")
        elif isinstance(node, ast.Subscript | ast.Attribute | ast.Await):
            inner, kept = node.value, isinstance(node, ast.Await)
        else:
            return None
        answer = None if inner is None else self._answer(inner, scope)
        if answer is None:
            return None
        kept = kept or (isinstance(node, ast.Subscript) and answer.namespace)
        return replace(answer, partial=answer.partial or not kept, namespace=False)

    def _called(self, node: ast.Call) -> str | None:
        if isinstance(node.func, ast.Name):
            name = self._aliases.get(node.func.id, node.func.id).rpartition(".")[2]
            return name if name in self._names or name == CELL else None
        attribute = _attribute(node.func)
        return attribute if attribute in self._names else None


def _is_test(node: ast.stmt) -> bool:
    return isinstance(node, Function) and node.name.startswith("test")


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _attribute(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def _shown(value: Any) -> str:
    if value is Unknown:
        return "…"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
