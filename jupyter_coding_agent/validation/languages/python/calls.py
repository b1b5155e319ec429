"""The calls of the code under test that tests make with literal arguments."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from ....core import syntax
from .expected import Function
from .source import PARSE_ERRORS, statements

_MAX_CALLS = 200
_MAX_SETS = 20  # of one parametrize
_LONGEST = 2_000
# Makers of the values that a literal can't say, by the name that the probe's own import gives them.
_MAKERS = {
    "DataFrame": "pandas.DataFrame",
    "Series": "pandas.Series",
    "array": "numpy.array",
}


@dataclass(frozen=True)
class Argument:
    """A literal, or a maker called with one (``pandas.DataFrame({…})``)."""

    maker: str
    value: object

    @property
    def text(self) -> str:
        """As Python source."""
        return f"{self.maker}({self.value!r})" if self.maker else repr(self.value)


@dataclass(frozen=True)
class Call:
    """``function(…)`` of a module under test; the notebook cell where there is no module."""

    module: str
    function: str
    positional: tuple[Argument, ...]
    keywords: tuple[tuple[str, Argument], ...]

    @property
    def arguments(self) -> list[tuple[int | str, Argument]]:
        """Each argument with its place."""
        return [*enumerate(self.positional), *self.keywords]

    @property
    def argument_texts(self) -> list[str]:
        """Each argument as it is written in a call."""
        named = [f"{name}={argument.text}" for name, argument in self.keywords]
        return [*(argument.text for argument in self.positional), *named]

    @property
    def text(self) -> str:
        """As Python source."""
        return f"{self.function}({', '.join(self.argument_texts)})"

    @property
    def libraries(self) -> set[str]:
        """Modules that the arguments' makers are of."""
        return {argument.maker.partition(".")[0] for _, argument in self.arguments if argument.maker}

    def with_argument(self, place: int | str, argument: Argument) -> Call:
        """The same call with another argument in one place."""
        positional = tuple(argument if at == place else old for at, old in enumerate(self.positional))
        keywords = tuple((name, argument if name == place else old) for name, old in self.keywords)
        return replace(self, positional=positional, keywords=keywords)


@dataclass
class Found:
    """The calls of all test files in order, and the variables of a cell that tests look at."""

    calls: list[Call] = field(default_factory=list)
    cell_names: list[str] = field(default_factory=list)


def direct_calls(tests: Mapping[str, str], modules: Collection[str]) -> Found:
    """The literal calls in these test files of what they import from `modules`, and of the `cell` fixture."""
    found = Found()
    for text in tests.values():
        try:
            tree = syntax.parse(text)
        except PARSE_ERRORS:
            continue
        imported = dict(_imported(tree, modules))
        for function in (node for node in ast.walk(tree) if isinstance(node, Function)):
            found.calls += islice(_calls(function, imported), _MAX_CALLS - len(found.calls))
        found.cell_names = list(dict.fromkeys([*found.cell_names, *_cell_names(tree)]))
    return found


def _imported(tree: ast.Module, modules: Collection[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Name, or ``module.name`` as it is called, → module and name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in modules:
            for alias in node.names:
                yield alias.asname or alias.name, (str(node.module), alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in modules:
                    yield f"{alias.asname or alias.name}.", (alias.name, "")


def _calls(function: Function, imported: Mapping[str, tuple[str, str]]) -> Iterator[Call]:
    cell = any(argument.arg == "cell" for argument in function.args.args)
    fixed = _fixed(function)
    sets = list(_parameter_sets(function)) or [{}]
    for node in ast.walk(function):
        target = _target(node, imported, cell) if isinstance(node, ast.Call) else None
        if target is None or not isinstance(node, ast.Call):
            continue
        for values in sets:
            call = _call(node, *target, {**fixed, **values})
            if call is None:
                break
            yield call


def _target(node: ast.Call, imported: Mapping[str, tuple[str, str]], cell: bool) -> tuple[str, str] | None:
    """Module and name of the function that is called; no class, whose instances show little."""
    called = node.func
    if isinstance(called, ast.Name):
        target = ("", "cell") if cell and called.id == "cell" else imported.get(called.id)
    elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        module = imported.get(f"{called.value.id}.")
        target = (module[0], called.attr) if module else None
    else:
        return None
    return target if target and not target[1][:1].isupper() else None


def _call(node: ast.Call, module: str, name: str, known: Mapping[str, Argument]) -> Call | None:
    positional = [_argument(argument, known) for argument in node.args]
    keywords = [(keyword.arg, _argument(keyword.value, known)) for keyword in node.keywords]
    if (not module and positional) or not (positional or keywords):
        return None
    given = tuple(argument for argument in positional if argument is not None)
    named = tuple((key, argument) for key, argument in keywords if key is not None and argument is not None)
    if len(given) < len(positional) or len(named) < len(keywords):
        return None
    return Call(module, name, given, named)


def _argument(node: ast.expr, known: Mapping[str, Argument]) -> Argument | None:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    maker = ""
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name not in _MAKERS:
            return None
        maker, node = _MAKERS[name], node.args[0]
    try:
        value = syntax.literal_eval(node)
        if len(repr(value)) > _LONGEST or syntax.literal_eval(repr(value)) != value:
            return None
    except (*PARSE_ERRORS, TypeError):
        return None
    return Argument(maker, value)


def _fixed(function: Function) -> dict[str, Argument]:
    """Names that the function sets once, to a literal."""
    found: dict[str, list[Argument | None]] = {}
    for node in statements(function.body):
        for child in ast.walk(node) if not isinstance(node, ast.Assign) else ():
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
                found.setdefault(child.id, []).append(None)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(_argument(node.value, {}))
    return {name: values[0] for name, values in found.items() if len(values) == 1 and values[0] is not None}


def _parameter_sets(function: Function) -> Iterator[dict[str, Argument]]:
    """What ``pytest.mark.parametrize`` gives, where a single one does so with literals."""
    marks = [
        mark
        for mark in function.decorator_list
        if isinstance(mark, ast.Call)
        and getattr(mark.func, "attr", "") == "parametrize"
        and len(mark.args) > 1
    ]
    if len(marks) != 1 or not isinstance(marks[0].args[1], ast.List | ast.Tuple):
        return
    names = _parameter_names(marks[0].args[0])
    for item in marks[0].args[1].elts[:_MAX_SETS]:
        if isinstance(item, ast.Call) and getattr(item.func, "attr", "") == "param":
            parts: list[ast.expr] = item.args
        elif len(names) == 1:
            parts = [item]
        else:
            parts = item.elts if isinstance(item, ast.Tuple | ast.List) else []
        values = {name: _argument(part, {}) for name, part in zip(names, parts, strict=False)}
        yield {name: value for name, value in values.items() if value is not None}


def _parameter_names(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [name.strip() for name in node.value.split(",")]
    items: Iterable[ast.expr] = node.elts if isinstance(node, ast.List | ast.Tuple) else ()
    return [str(item.value) for item in items if isinstance(item, ast.Constant)]


def _cell_names(tree: ast.Module) -> list[str]:
    """The variables that tests look at in what ``cell(…)`` gave: subscripts of its result."""
    results = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_cell(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return [
        node.slice.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
        and (_is_cell(node.value) or (isinstance(node.value, ast.Name) and node.value.id in results))
    ]


def _is_cell(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cell"
