"""The code under judgement as its functions, with what their names stand for."""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .....core import syntax
from ..source import PARSE_ERRORS, parse
from .cases import CELL, Case, Function
from .forms import Unknown, weight
from .idle import idle_nodes
from .names import dotted, imported, simple
from .values import Evaluator, Scope

_MOST_HIDDEN = 5
_RUNS_TEXT = frozenset({"exec", "eval", "compile", "builtins.exec", "builtins.eval"})


@dataclass(frozen=True)
class Block:
    """A function's own statements, or a module's."""

    path: str
    function: Function | None
    nodes: list[ast.AST]
    """Everything in it but the insides of other functions."""
    scope: Scope
    """What its names stand for, without its parameters."""
    own: Mapping[str, ast.expr] = field(default_factory=dict)
    """What its own statements give names."""
    is_method: bool = False
    hidden_in: int | None = None
    """The line of the ``exec`` whose text this is."""

    @property
    def parameters(self) -> frozenset[str]:
        """The names of its parameters."""
        arguments = _all_arguments(self.function.args) if self.function else []
        return frozenset(argument.arg for argument in arguments)

    @property
    def name(self) -> str:
        """The name that a test calls."""
        return self.function.name if self.function else CELL

    def line(self, node: ast.AST) -> int:
        """Where to look for it in the file."""
        line: int = getattr(node, "lineno", 1)
        return self.hidden_in or line

    def bind(self, case: Case, evaluator: Evaluator) -> Scope | None:
        """The scope in a call with the case's inputs; None where the call does not fit."""
        if self.function is None:
            return self.scope.with_values(case.options) if case.function == CELL else None
        values = _bound(self.function.args, case, self.is_method)
        if values is None:
            return None
        own = self.own
        rebound = {name: node for name, node in own.items() if name in values}
        for name, default in _defaults(self.function.args).items():
            if name not in values:
                known, value = evaluator.known(default, self.scope)
                values[name] = value if known else Unknown
        bound = self.scope.with_values(values)
        return replace(bound, expressions={**bound.expressions, **rebound})


@dataclass
class Unit:
    """One file, or the text that one of its lines executes."""

    path: str
    tree: ast.Module
    nodes: list[ast.AST]
    """All of the tree's."""
    aliases: Mapping[str, str]
    hidden_in: int | None = None
    blocks: list[Block] = field(default_factory=list)


def units(files: Mapping[str, str], evaluator: Evaluator, *, as_main: bool = False) -> list[Unit]:
    """The Python files, and the texts that they execute where those can be told.

    `as_main`: the tests run the code as a notebook would, so that what stands under the main guard is run.
    """
    found: list[Unit] = []
    for path, text in files.items():
        tree = parse(text) if path.endswith(".py") else None
        if tree is None:
            continue
        unit = _unit(path, tree, as_main)
        found.append(unit)
        found += _hidden(unit, evaluator)
    return found


def data(files: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """What lies beside the code as JSON."""
    for path, text in files.items():
        if path.endswith(".json"):
            try:
                content = json.loads(text)
                weight(content)
            except (ValueError, RecursionError, MemoryError, Unknown):
                continue
            yield path, content


def names(found: Iterable[Unit]) -> frozenset[str]:
    """The names of all functions, methods and classes, and of top-level names bound to something called."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    result = {node.name for unit in found for node in unit.nodes if isinstance(node, kinds)}
    for unit in found:
        for node in unit.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda | ast.Call | ast.Attribute):
                result |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(result)


def _unit(path: str, tree: ast.Module, as_main: bool, hidden_in: int | None = None) -> Unit:
    idle = idle_nodes(tree, as_main)
    nodes = [node for node in ast.walk(tree) if id(node) not in idle]
    own = {node.name for node in tree.body if isinstance(node, Function | ast.ClassDef)}
    aliases = {name: full for name, full in imported(nodes).items() if name not in own}
    unit = Unit(path, tree, nodes, aliases, hidden_in)
    _collect(unit, tree, None, Scope(aliases=unit.aliases), False, idle)
    return unit


def _collect(
    unit: Unit,
    owner: ast.Module | Function,
    function: Function | None,
    outer: Scope,
    method: bool,
    idle: frozenset[int],
) -> None:
    nodes, inner = _own_nodes(owner, idle)
    parameters = {argument.arg for argument in _all_arguments(function.args)} if function else set()
    own = _assigned(nodes)
    expressions = {
        name: node
        for name, node in {**outer.expressions, **own}.items()
        if name not in parameters or name in own
    }
    if function is not None:
        defaults = _defaults(function.args)
        tables = (ast.Dict, ast.List, ast.Tuple, ast.Set, ast.Call)
        expressions |= {name: node for name, node in defaults.items() if isinstance(node, tables)}
    scope = Scope({}, expressions, unit.aliases, {**outer.functions, **simple(child for child, _ in inner)})
    unit.blocks.append(Block(unit.path, function, nodes, scope, own, method, unit.hidden_in))
    for child, in_class in inner:
        _collect(unit, child, child, scope, in_class, idle)


def _own_nodes(
    owner: ast.Module | Function, idle: frozenset[int]
) -> tuple[list[ast.AST], list[tuple[Function, bool]]]:
    """The nodes of a body in order, and the functions defined in it, each with whether it is a method."""
    nodes: list[ast.AST] = []
    inner: list[tuple[Function, bool]] = []
    waiting: list[tuple[ast.AST, bool]] = [(node, False) for node in reversed(owner.body)]
    while waiting:
        node, in_class = waiting.pop()
        if id(node) in idle:
            continue
        if isinstance(node, Function):
            inner.append((node, in_class))
            outside = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
            waiting += [(part, False) for part in outside]
            continue
        nodes.append(node)
        is_class = isinstance(node, ast.ClassDef)
        waiting += [(child, is_class) for child in reversed(list(ast.iter_child_nodes(node)))]
    return nodes, inner


def _assigned(nodes: Sequence[ast.AST]) -> dict[str, ast.expr]:
    """Name → the one expression that it is ever given; what changes, as in a loop, is left out."""
    found: dict[str, ast.expr] = {}
    times: Counter[str] = Counter()
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for name, expression in _parts(target, node.value):
                    found[name] = expression
                    times[name] += 1
        elif isinstance(node, ast.AugAssign | ast.comprehension):
            times.update(_stored(node.target))
        elif isinstance(node, ast.For | ast.AsyncFor | ast.While | ast.With):
            times.update(_stored(node) * 2)
    return {name: expression for name, expression in found.items() if times[name] == 1}


def _stored(node: ast.AST) -> list[str]:
    names = [child for child in ast.walk(node) if isinstance(child, ast.Name)]
    return [name.id for name in names if isinstance(name.ctx, ast.Store)]


def _parts(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List):
        items: list[ast.expr] = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        pairwise = len(items) == len(target.elts)
        for number, part in enumerate(target.elts):
            item = ast.Subscript(value, ast.Constant(number), ast.Load())
            yield from _parts(part, items[number] if pairwise else item)


def _all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    more = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *more]


def _bound(arguments: ast.arguments, case: Case, is_method: bool) -> dict[str, Any] | None:
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    values: dict[str, Any] = {}
    if is_method and positional and positional[0] in ("self", "cls"):
        values[positional.pop(0)] = Unknown
    given = len(case.arguments)
    if given > len(positional) and arguments.vararg is None:
        return None
    values.update(zip(positional, case.arguments, strict=False))
    if arguments.vararg is not None:
        values[arguments.vararg.arg] = tuple(case.arguments[len(positional) :])
        if Unknown in values[arguments.vararg.arg]:
            values[arguments.vararg.arg] = Unknown
    known = {*positional, *(argument.arg for argument in arguments.kwonlyargs)}
    unexpected = {name: value for name, value in case.options.items() if name not in known}
    if unexpected and arguments.kwarg is None:
        return None
    values.update({name: value for name, value in case.options.items() if name in known})
    if arguments.kwarg is not None:
        values[arguments.kwarg.arg] = unexpected
    missing = [name for name in positional if name not in values and name not in _defaults(arguments)]
    return None if missing else values


def _defaults(arguments: ast.arguments) -> dict[str, ast.expr]:
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    named = dict(zip(reversed(positional), reversed(arguments.defaults), strict=False))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            named[argument.arg] = default
    return named


def _hidden(unit: Unit, evaluator: Evaluator) -> Iterator[Unit]:
    count = 0
    for block in unit.blocks:
        for node in block.nodes:
            if not (isinstance(node, ast.Call) and node.args and count < _MOST_HIDDEN):
                continue
            if dotted(node.func, unit.aliases) not in _RUNS_TEXT:
                continue
            known, text = evaluator.known(node.args[0], block.scope)
            if not known or not isinstance(text, str | bytes):
                continue
            count += 1
            try:
                tree = syntax.parse(text if isinstance(text, str) else text.decode())
            except PARSE_ERRORS:
                continue
            yield _unit(unit.path, tree, True, hidden_in=node.lineno)


def is_own_test(block: Block) -> bool:
    """A test that came along with the code."""
    return block.function is not None and block.function.name.startswith("test_")
