"""Which tests pytest must report, found by parsing: nothing that ran is asked what there was to run."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ....core import syntax
from ...expectation import Expectation, ExpectedTest
from .source import PARSE_ERRORS

Function = ast.FunctionDef | ast.AsyncFunctionDef

_SKIPS = {
    "skip", "skipif", "skipIf", "skipUnless", "skipTest", "SkipTest", "Skipped", "importorskip",
    "xfail", "expectedFailure",
}  # fmt: skip
_TEST_CASES = {"TestCase", "IsolatedAsyncioTestCase"}
# Ways to define names that parsing can't follow.
_DYNAMIC = {"globals", "setattr", "exec", "eval", "vars", "locals", "modules", "load_tests"}


@dataclass
class _Class:
    """A class of the file with what pytest would see in it."""

    node: ast.ClassDef
    methods: dict[str, Function] = field(default_factory=dict)
    inner: dict[str, _Class] = field(default_factory=dict)
    marks: list[ast.expr] = field(default_factory=list)
    constructed: bool = False
    switched_off: bool = False
    unittest: bool = False
    foreign: bool = False
    """Has a base that this file does not define."""


@dataclass
class _Found:
    tests: dict[str, ExpectedTest] = field(default_factory=dict)
    prefixes: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def expect(tests: Mapping[str, str], collect: Iterable[str]) -> Expectation:
    """The expectation of these files; `collect` are the ones that pytest is told to collect."""
    found = _Found()
    shared_skips = any(mentions_skip(tree) for tree in _conftests(tests))
    for path in collect:
        try:
            tree = syntax.parse(tests[path])
        except PARSE_ERRORS as error:
            line = f" in line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
            reason = error.msg if isinstance(error, SyntaxError) else "it is nested too deeply to be parsed"
            found.problems.append(f"{path} can't be collected: syntax error{line}: {reason}.")
            continue
        before = len(found.tests)
        _Module(path, tree, shared_skips, found).read()
        if len(found.tests) == before and not any(prefix.startswith(path) for prefix in found.prefixes):
            found.problems.append(f"{path} holds no test: name functions test_… or classes Test….")
    return Expectation(found.tests, frozenset(found.prefixes), tuple(found.problems), tuple(found.notes))


def _conftests(tests: Mapping[str, str]) -> Iterator[ast.Module]:
    for path, text in tests.items():
        if path.rsplit("/", 1)[-1] == "conftest.py":
            try:
                yield syntax.parse(text)
            except PARSE_ERRORS:
                continue


def mentions_skip(node: ast.AST) -> bool:
    """Does this code skip, or expect to fail, of its own?"""
    return any(name in _SKIPS for name in names_in(node))


def names_in(node: ast.AST) -> Iterator[str]:
    """Every identifier and attribute name that is used in `node`."""
    for child in ast.walk(node):
        if isinstance(child, ast.Name):
            yield child.id
        elif isinstance(child, ast.Attribute):
            yield child.attr


def is_fixture(node: Function) -> bool:
    """Is it decorated as a fixture, hence no test whatever its name?"""
    return any(_last_name(decorator) in ("fixture", "yield_fixture") for decorator in node.decorator_list)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Subscript):  # Base[int]
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


class _Module:
    """Reads one test file the way pytest's collector (python_functions=test, python_classes=Test) does."""

    def __init__(self, path: str, tree: ast.Module, shared_skips: bool, found: _Found) -> None:
        self.path, self.tree, self.found = path, tree, found
        self.module_marks: list[ast.expr] = []
        self.functions: dict[str, Function] = {}
        self.classes: dict[str, _Class] = {}
        self.conditional: set[str] = set()
        self.may_skip = shared_skips
        self.off = False
        self.test_cases = set(_TEST_CASES)

    def read(self) -> None:
        """Put everything that this file must report into `found`."""
        self._body(self.tree.body, conditional=False)
        if self.off:
            return
        if self._dynamic():
            self.found.prefixes.add(f"{self.path}::")
        for name, function in self.functions.items():
            if name.startswith("test") and not is_fixture(function):
                self._expect(f"{self.path}::{name}", function, self.module_marks, name in self.conditional)
        for name, cls in self.classes.items():
            if name.startswith("Test") or self._case(cls):
                self._class(f"{self.path}::{name}", cls, self.module_marks, name in self.conditional, ())
            elif self._foreign(cls):  # it may derive from TestCase somewhere else
                self.found.prefixes.add(f"{self.path}::{name}::")

    def _body(self, body: list[ast.stmt], *, conditional: bool) -> None:
        for node in body:
            if isinstance(node, Function):
                self._function(node, conditional)
            elif isinstance(node, ast.ClassDef):
                self._note_shadowed(node.name, node, self.classes.get(node.name))
                self.classes[node.name] = _read_class(node)
                self._condition(node.name, conditional)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                self._assign(node)
            elif isinstance(node, ast.ImportFrom | ast.Import):
                self._import(node)
            elif isinstance(node, ast.Delete):
                self._delete(node)
            elif isinstance(node, ast.Expr):
                self.may_skip |= mentions_skip(node)
            for inner in _blocks(node):
                self.may_skip |= any(mentions_skip(child) for child in inner if not _defines(child))
                self._body(inner, conditional=not isinstance(node, ast.With))

    def _function(self, node: Function, conditional: bool) -> None:
        if node.name.startswith("test"):
            self._note_shadowed(node.name, node, self.functions.get(node.name))
        elif is_fixture(node):
            self.may_skip |= mentions_skip(node)
        self.functions[node.name] = node
        self._condition(node.name, conditional)

    def _condition(self, name: str, conditional: bool) -> None:
        if conditional:
            self.conditional.add(name)
        else:
            self.conditional.discard(name)

    def _note_shadowed(self, name: str, node: Function | ast.ClassDef, earlier: object) -> None:
        tests = name.startswith(("test", "Test"))
        if earlier is not None and tests and name not in self.conditional:
            self.found.notes.append(
                f"{self.path}: {name} in line {node.lineno} replaces an earlier definition of the same name, "
                "which never runs."
            )

    def _assign(self, node: ast.Assign | ast.AnnAssign) -> None:
        value = node.value
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name):
                if target.id == "pytestmark" and value is not None:
                    marks = list(value.elts) if isinstance(value, ast.List | ast.Tuple) else [value]
                    self.module_marks += marks
                    self.may_skip |= mentions_skip(value)
                elif target.id == "__test__" and _is_false(value):
                    self.off = True
                elif target.id.startswith(("test", "Test")):
                    self._maybe(target.id)
                if value is not None:
                    self.may_skip |= "importorskip" in names_in(value)
            elif isinstance(target, ast.Attribute) and target.attr == "__test__" and _is_false(value):
                self._forget(target.value)

    def _maybe(self, name: str) -> None:
        """A name bound to something that parsing does not know: it may be a test."""
        self.functions.pop(name, None)
        self.classes.pop(name, None)
        self.found.prefixes |= {f"{self.path}::{name}", f"{self.path}::{name}::"}

    def _forget(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.functions.pop(target.id, None)
            self.classes.pop(target.id, None)

    def _import(self, node: ast.ImportFrom | ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name
            if alias.name in _TEST_CASES:
                self.test_cases.add(name)
            elif alias.name == "*":
                self.found.prefixes.add(f"{self.path}::")
            elif name.startswith(("test", "Test")) and isinstance(node, ast.ImportFrom):
                self._maybe(name)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._forget(target)

    def _dynamic(self) -> bool:
        outside = (node for node in self.tree.body if not isinstance(node, Function))
        return any(name in _DYNAMIC for node in outside for name in _outside_functions(node)) or any(
            isinstance(node, Function) and node.name == "load_tests" for node in self.tree.body
        )

    def _case(self, cls: _Class, seen: frozenset[str] = frozenset()) -> bool:
        """Does it derive from unittest's TestCase, as far as this file shows?"""
        for base in cls.node.bases:
            name = _last_name(base)
            if name in self.test_cases or (name.endswith("TestCase") and name not in self.classes):
                return True
            if name in self.classes and name not in seen and self._case(self.classes[name], seen | {name}):
                return True
        return False

    def _class(
        self, prefix: str, cls: _Class, marks: list[ast.expr], conditional: bool, outer: tuple[str, ...]
    ) -> None:
        lineage = list(self._lineage(cls, frozenset()))
        case = self._case(cls)
        if any(part.switched_off for part in lineage) or (
            not case and any(part.constructed for part in lineage)
        ):
            return
        if any(self._foreign(part) for part in lineage):
            self.found.prefixes.add(f"{prefix}::")
        methods: dict[str, Function] = {}
        class_marks = list(marks)
        for part in lineage:
            class_marks += part.marks
            for name, method in part.methods.items():
                methods.setdefault(name, method)
        tests = {name: method for name, method in methods.items() if name.startswith("test")}
        if case and not tests and "runTest" in methods:
            tests = {"runTest": methods["runTest"]}
        for name, method in tests.items():
            if not is_fixture(method) and not _is_property(method):
                self._expect(f"{prefix}::{name}", method, class_marks, conditional, lineage)
        for name, inner in cls.inner.items():
            if name.startswith("Test") and name not in outer and not case:
                self._class(f"{prefix}::{name}", inner, class_marks, conditional, (*outer, name))

    def _lineage(self, cls: _Class, seen: frozenset[str]) -> Iterator[_Class]:
        yield cls
        for base in cls.node.bases:
            name = _last_name(base)
            known = name in self.classes and not isinstance(base, ast.Attribute)
            if known and name not in seen | {cls.node.name}:
                yield from self._lineage(self.classes[name], seen | {name})

    def _foreign(self, cls: _Class) -> bool:
        known = {"object", "Generic", "ABC", *self.test_cases, *self.classes}
        return bool({_last_name(base) for base in cls.node.bases} - known) or bool(cls.node.keywords)

    def _expect(
        self,
        test_id: str,
        function: Function,
        marks: list[ast.expr],
        conditional: bool,
        lineage: Iterable[_Class] = (),
    ) -> None:
        skips = self.may_skip or mentions_skip(function) or any(mentions_skip(mark) for mark in marks)
        skips = skips or any(_helper_skips(cls) for cls in lineage)
        self.found.tests[test_id] = ExpectedTest(
            id=test_id,
            line=function.lineno,
            parameters=_parameters([*function.decorator_list, *marks]),
            may_skip=skips,
            conditional=conditional,
        )


def _read_class(node: ast.ClassDef) -> _Class:
    cls = _Class(node, marks=list(node.decorator_list))
    for child in node.body:
        if isinstance(child, Function):
            cls.methods[child.name] = child
            cls.constructed |= child.name in ("__init__", "__new__")
        elif isinstance(child, ast.ClassDef):
            cls.inner[child.name] = _read_class(child)
        elif isinstance(child, ast.Assign):
            for target in child.targets:
                if isinstance(target, ast.Name) and target.id == "__test__":
                    cls.switched_off = _is_false(child.value)
                elif isinstance(target, ast.Name) and target.id == "pytestmark":
                    value = child.value
                    cls.marks += list(value.elts) if isinstance(value, ast.List | ast.Tuple) else [value]
        for block in _blocks(child):
            for inner in block:
                if isinstance(inner, Function):
                    cls.methods[inner.name] = inner
    return cls


def _helper_skips(cls: _Class) -> bool:
    """Do the class's set-up methods or fixtures skip?"""
    helpers = (
        method for name, method in cls.methods.items() if not name.startswith("test") or is_fixture(method)
    )
    return any(mentions_skip(method) for method in helpers)


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The statement lists inside a compound statement that is neither a function nor a class."""
    if _defines(node):
        return
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block:
            yield block
    for handler in getattr(node, "handlers", []):
        yield handler.body
    for case in getattr(node, "cases", []):
        yield case.body


def _defines(node: ast.stmt) -> bool:
    return isinstance(node, Function | ast.ClassDef)


def _outside_functions(node: ast.AST) -> Iterator[str]:
    """Names used by code that runs at import."""
    if isinstance(node, Function | ast.Lambda):
        return
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)


def _is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_property(node: Function) -> bool:
    return any(_last_name(decorator) in ("property", "cached_property") for decorator in node.decorator_list)


def _parameters(decorators: Iterable[ast.expr]) -> int | None:
    """How many parameter sets the decorators spell out at least; None without parametrize."""
    counts = []
    for decorator in decorators:
        if not (isinstance(decorator, ast.Call) and _last_name(decorator) == "parametrize"):
            continue
        values = decorator.args[1] if len(decorator.args) > 1 else None
        for keyword in decorator.keywords:
            values = keyword.value if keyword.arg == "argvalues" else values
        literal = isinstance(values, ast.List | ast.Tuple) and not any(
            isinstance(item, ast.Starred) for item in values.elts
        )
        # An empty or computed list still reports at least once: skipped, or with what was computed.
        counts.append(max(1, len(values.elts)) if literal and isinstance(values, ast.List | ast.Tuple) else 1)
    return math.prod(counts) if counts else None
