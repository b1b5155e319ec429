"""What tests ask of a solution without what they expect of it: names, shapes of calls, names read from results.

For an author who is to solve the request independently of the tests: types stand for values.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import pysource
from .shapes import Names, Scope, is_result, quoted

MAX_LINES = 80
_LINE = 300
# What every result of the `cell` fixture has.
_KNOWN_PARTS = frozenset({"stdout", "displayed", "namespace"})


def interface(tests: Mapping[str, str]) -> list[str]:
    """One line for each imported name, call shape, part of a result that is read, and error that is expected.

    ``summarize(<DataFrame with columns 'city', 'total'>, by=<str>)``, ``cell(...)['total']``,
    ``parse(<str>) may raise ValueError``. No expected value and no concrete input; at most `MAX_LINES`.
    """
    every = (line[:_LINE] for text in tests.values() for line in _lines(text))
    lines: dict[str, None] = {}
    for line in every:
        lines[line] = None
        if len(lines) == MAX_LINES:
            break
    return list(lines)


def needs(tests: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Test id → what nobody can guess of the solution and that test uses: names, keywords, the cell's inputs.

    What a fixture or a helper of the same file uses is used by the tests that use it.
    """
    found: dict[str, frozenset[str]] = {}
    for path, text in tests.items():
        tree = pysource.parse(text)
        if tree is None:
            continue
        names = Names(tree)
        helpers = {name: _names_of(node, names) for name, node in names.helpers.items()}
        for name, node in pysource.test_nodes(tree.body):
            used: set[str] = set()
            seen: set[str] = set()
            waiting = [_names_of(node, names)]
            while waiting:
                own = waiting.pop()
                used |= own.solution
                fresh = (own.read & helpers.keys()) - seen
                seen |= fresh
                waiting += [helpers[helper] for helper in fresh]
            found[f"{path}::{name}"] = frozenset(used)
    return found


@dataclass(frozen=True)
class _Use:
    """One use of the solution."""

    line: str
    names: frozenset[str] = frozenset()
    """What of it can't be guessed."""


@dataclass(frozen=True)
class _Used:
    """What a function uses."""

    solution: frozenset[str]
    read: frozenset[str]
    """Every name it reads or asks for as a fixture."""


def _lines(text: str) -> Iterator[str]:
    tree = pysource.parse(text)
    if tree is None:
        return
    names = Names(tree)
    for name, target in names.solution.items():
        yield _import(name, target)
    for node in ast.walk(tree):
        if isinstance(node, pysource.Function):
            yield from (use.line for use in _uses(node, Scope(names, node)))


def _import(name: str, target: str) -> str:
    module, _, original = target.rpartition(".")
    if not module or name == target.partition(".")[0]:
        return f"import {target}"
    return f"from {module} import {original}" + ("" if name == original else f" as {name}")


def _names_of(function: pysource.Function, names: Names) -> _Used:
    read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    read |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    used = {name for use in _uses(function, Scope(names, function)) for name in use.names}
    return _Used(frozenset(used | (read & names.solution.keys())), frozenset(read))


def _uses(function: pysource.Function, scope: Scope) -> Iterator[_Use]:
    called = {id(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            yield from _call(node, scope)
        elif isinstance(node, ast.With):
            yield from _errors(node, scope)
        elif isinstance(node, ast.Attribute | ast.Subscript) and id(node) not in called:
            yield from _read(node, scope)


def _call(node: ast.Call, scope: Scope) -> Iterator[_Use]:
    subject = scope.subject(node.func)
    # What a plain function gives back is of a type whose methods everybody knows.
    if subject and ("(...)" not in subject or _is_own(subject)):
        keywords = [keyword.arg for keyword in node.keywords if keyword.arg]
        names = frozenset({subject, *(f"{subject}({name}=)" for name in keywords)})
        yield _Use(f"{subject}({scope.arguments(node)})", names)


def _is_own(subject: str) -> bool:
    """Whether the result is of the solution's own making: an object of its class, or the cell's namespace."""
    owner = subject.partition("(")[0]
    return owner == "cell" or owner.rpartition(".")[2][:1].isupper()


def _errors(node: ast.With, scope: Scope) -> Iterator[_Use]:
    for item in node.items:
        context = item.context_expr
        if not (isinstance(context, ast.Call) and pysource.last_name(context) == "raises" and context.args):
            continue
        given = context.args[0]
        errors = given.elts if isinstance(given, ast.Tuple) else [given]
        named = " or ".join(filter(None, map(pysource.last_name, errors)))
        for call in itertools.chain.from_iterable(map(ast.walk, node.body)):
            subject = scope.subject(call.func) if isinstance(call, ast.Call) else ""
            if subject and named and isinstance(call, ast.Call):
                yield _Use(f"{subject}({scope.arguments(call)}) may raise {named}")


def _read(node: ast.Attribute | ast.Subscript, scope: Scope) -> Iterator[_Use]:
    subject = scope.subject(node.value)
    if not is_result(subject):
        return
    if isinstance(node, ast.Attribute):
        part = f".{node.attr}"
        guessed = not _is_own(subject) or (subject == "cell(...)" and node.attr in _KNOWN_PARTS)
    elif isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        part = f"[{quoted(node.slice.value)}]"
        guessed = not _is_own(subject)
    else:
        return
    yield _Use(f"{subject}{part}", frozenset() if guessed else frozenset({f"{subject}{part}"}))
