"""What is done with generated test files as source text: listed, divided into shown and hidden, parts taken out."""

from __future__ import annotations

import ast
import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from . import pysource
from .interface import needs


def test_ids(tests: Mapping[str, str]) -> list[str]:
    """``path::name`` or ``path::Class::name`` of every test function, in order, without parameters."""
    return [f"{path}::{name}" for path, text in tests.items() for name in pysource.test_functions(text)]


def bare_id(test_id: str) -> str:
    """The id without its parameters."""
    return test_id.partition("[")[0]


def source_of(tests: Mapping[str, str], test_id: str) -> str:
    """The source of a test function, decorators included; empty for an unknown id."""
    path, _, name = bare_id(test_id).partition("::")
    return pysource.test_functions(tests.get(path, "")).get(name, "")


def only(tests: Mapping[str, str], ids: Collection[str]) -> dict[str, str]:
    """The files with these test functions and no others, see `without`."""
    kept = {bare_id(test_id) for test_id in ids}
    return without(tests, [test_id for test_id in test_ids(tests) if test_id not in kept])


def choose_hidden(tests: Mapping[str, str], key: str) -> list[str]:
    """The tests that whoever writes the code is not shown: a third, none of fewer than three.

    Chosen by ``sha256(key + id)``, hence the same for the same tests and key. A test that alone uses a name of
    the solution (or an input or a name of the cell) stays visible and the next one is taken, so there may be
    fewer than a third: nobody can write what is asked for under a name that only a hidden test tells.
    """
    needed = needs(tests)
    ids = test_ids(tests)
    users = Counter(name for test_id in ids for name in needed.get(test_id, ()))
    hidden: set[str] = set()
    for test_id in sorted(ids, key=lambda test_id: hashlib.sha256(f"{key}{test_id}".encode()).digest()):
        if len(hidden) == len(ids) // 3:
            break
        names = needed.get(test_id, frozenset())
        if all(users[name] > 1 for name in names):
            hidden.add(test_id)
            users.subtract(names)
    return [test_id for test_id in ids if test_id in hidden]


def without(tests: Mapping[str, str], ids: Collection[str]) -> dict[str, str]:
    """The files with these test functions taken out; every other line stays as it is.

    With a test goes what nothing else uses: comments above it, data, helpers and fixtures of its own, a class
    that has no other test, and a file that has none; files that never had any (``conftest.py``) stay while a
    test does.
    """
    gone = {bare_id(test_id) for test_id in ids} & set(test_ids(tests))
    if not gone:
        return dict(tests)
    removal = _Removal(tests, gone)
    left = {path: removal.text(path) for path in tests if removal.keeps(path)}
    return left if any(removal.has_tests(path) for path in left) else {}


@dataclass(eq=False)
class _Part:
    """A statement of a file or of a test class, with the lines that are its own (from 0, end excluded)."""

    path: str
    node: ast.stmt
    start: int
    end: int
    alone: bool
    """No other statement shares its lines."""
    inside: _Part | None
    test_id: str = ""
    binds: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()


class _Removal:
    """Finds out what goes with the tests that go."""

    def __init__(self, tests: Mapping[str, str], gone: Collection[str]) -> None:
        self._lines = {path: pysource.lines_of(text) for path, text in tests.items()}
        self._parts: dict[str, list[_Part]] = {}
        for path, text in tests.items():
            tree, lines = pysource.parse(text), self._lines[path]
            self._parts[path] = list(_parts(path, tree.body, lines, len(lines), None)) if tree else []
        every = [part for parts in self._parts.values() for part in parts]
        self._inner: dict[_Part | None, list[_Part]] = defaultdict(list)
        for part in every:
            self._inner[part.inside].append(part)
        self._live = Counter(name for part in every for name in part.mentions)
        self._removed: set[_Part] = set()
        for part in every:
            if part.test_id in gone:
                self._remove(part)
        for part in reversed(every):  # the innermost classes first
            if pysource.is_test_class(part.node):
                self._remove_emptied(part, part.node)
        self._remove_unused(every)

    def keeps(self, path: str) -> bool:
        """Whether a file has a test left, or never had any."""
        return self.has_tests(path) or not any(part.test_id for part in self._parts[path])

    def has_tests(self, path: str) -> bool:
        """Whether a file has a test left."""
        return any(part.test_id and part not in self._removed for part in self._parts[path])

    def text(self, path: str) -> str:
        """What is left of a file."""
        lines = list(self._lines[path])
        for part in self._parts[path]:
            if part in self._removed:
                lines[part.start : part.end] = [""] * (part.end - part.start)
        for part in self._parts[path]:
            inner = self._inner[part]
            if inner and part not in self._removed and self._removed.issuperset(inner):
                lines[inner[0].start] = f"{' ' * inner[0].node.col_offset}pass\n"
        return "".join(lines)

    def _remove(self, part: _Part) -> None:
        if part not in self._removed:
            self._removed.add(part)
            self._live.subtract(part.mentions)
            for inner in self._inner[part]:
                self._remove(inner)

    def _remove_emptied(self, part: _Part, node: ast.ClassDef) -> None:
        """A class whose last test is gone; one that other code names stays, so that the file can be loaded."""
        inner = self._inner[part]
        emptied = any(other.test_id or pysource.is_test_class(other.node) for other in inner) and all(
            other in self._removed for other in inner if other.test_id or pysource.is_test_class(other.node)
        )
        if emptied and not self._live[node.name]:
            self._remove(part)

    def _remove_unused(self, every: Iterable[_Part]) -> None:
        """What only removed parts used, for it would tell of them; and statements that use what is gone."""
        related: dict[str, list[_Part]] = defaultdict(list)
        for part in every:
            for name in part.binds:
                related[name].append(part)
        using: dict[str, list[_Part]] = defaultdict(list)
        for part in every:
            if isinstance(part.node, ast.Expr | ast.Assign):
                for name in part.mentions:
                    using[name].append(part)
        waiting = list(self._removed)
        while waiting:
            removed = waiting.pop()
            own = [part for name in removed.mentions for part in related.pop(name, ())]
            broken = [part for name in removed.binds if removed.test_id for part in using.pop(name, ())]
            for part in (*own, *broken):
                if part not in self._removed and self._unused(part):
                    self._remove(part)
                    waiting.append(part)

    def _unused(self, part: _Part) -> bool:
        return (
            part.alone
            and not part.test_id
            and not pysource.is_test_class(part.node)
            and all(self._live[name] <= (name in part.mentions) for name in part.binds)
        )


def _parts(
    path: str, body: list[ast.stmt], lines: list[str], end: int, inside: _Part | None, prefix: str = ""
) -> Iterator[_Part]:
    """The statements of a body that ends before line `end`, each with the lines around it that are its own."""
    starts = [_start(node, body[n - 1] if n else None, lines) for n, node in enumerate(body)]
    ends = [*starts[1:], end]
    for number, node in enumerate(body):
        alone = not any(
            first.end_lineno == second.lineno
            for first, second in pairwise(body[max(number - 1, 0) : number + 2])
        )
        part = _Part(path, node, starts[number], ends[number], alone, inside)
        if pysource.is_test_class(node):
            part.mentions = _mentions([*node.bases, *node.keywords, *node.decorator_list])
            yield part
            yield from _parts(path, node.body, lines, part.end, part, f"{prefix}{node.name}::")
            continue
        if pysource.is_test(node):
            part.test_id = f"{path}::{prefix}{node.name}"
        part.binds, part.mentions = _binds(node), _mentions([node])
        yield part


def _start(node: ast.stmt, before: ast.stmt | None, lines: list[str]) -> int:
    """Where the comments and decorators above a statement begin.

    Comments that are indented deeper than the statement belong to the body of the one before it.
    """
    first = pysource.first_line(node) - 1
    if before is None:
        while first > 0 and (lines[first - 1].strip() or "#")[0] in "#@":
            first -= 1
        return first
    start = before.end_lineno or 0
    for number in range(start, first):
        line = lines[number].expandtabs()
        if line.strip() and not line.lstrip().startswith("#"):
            break
        if line.strip() and len(line) - len(line.lstrip()) > node.col_offset:
            start = number + 1
    return min(start, first)


def _binds(node: ast.stmt) -> frozenset[str]:
    if isinstance(node, pysource.Function | ast.ClassDef):
        return frozenset({node.name})
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return frozenset(
            name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
        )
    return frozenset()


def _mentions(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Every name that is read, asked for as a fixture, or spelled in a string."""
    found: set[str] = set()
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            found.add(node.value)
    return frozenset(found)
