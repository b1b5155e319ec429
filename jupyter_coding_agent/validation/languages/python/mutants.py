"""Small changes of Python code that its tests should notice. Only parses, and in bounded time."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ....runner.models import Change
from ...candidates import Candidate
from .operators import Edit, edits
from .text import Text

MOST_CANDIDATES = 2_000
MOST_NODES = 100_000
_SHOWN = 80

_SKIPPED: dict[type[ast.AST], frozenset[str]] = {
    kind: frozenset(fields)
    for kind, fields in {
        ast.FunctionDef: ("returns", "decorator_list"),
        ast.AsyncFunctionDef: ("returns", "decorator_list"),
        ast.ClassDef: ("decorator_list", "bases", "keywords"),
        ast.arg: ("annotation",),
        ast.AnnAssign: ("annotation",),
        ast.Assert: ("msg",),
        ast.Raise: ("exc", "cause"),
        ast.ExceptHandler: ("type",),
        ast.match_case: ("pattern",),
        # Before Python 3.12 the places inside are not told.
        ast.JoinedStr: ("values",),
    }.items()
}
_LOGGERS = frozenset(("logging", "logger", "log", "_logger", "_log", "warnings", "LOGGER", "LOG"))
_TALKING = frozenset(("print", "display", "show", "tight_layout"))
# They choose looks, names of nothing, or one of many equally good random sequences.
_COSMETIC = frozenset(
    {
        "figsize", "dpi", "alpha", "fontsize", "linewidth", "lw", "markersize", "rotation", "pad", "zorder",
        "indent", "seed", "random_state", "n_jobs", "verbose", "stacklevel", "max_workers", "maxsize",
    }
)  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """What is known of a node from those around it: its scope, and the lines that run where it does."""

    scope: str = ""
    first_line: int = 1
    last_line: int = 1


def candidates(files: Mapping[str, str], cell: str | None) -> list[Candidate]:
    """Every change worth trying, file by file; none of a file that is not Python. Never raises."""
    found: list[Candidate] = []
    for path, text in files.items():
        if path.endswith(".py") or path == cell:
            found += _of_file(path, text, MOST_CANDIDATES - len(found))
    return found


def _of_file(path: str, text: str, room: int) -> list[Candidate]:
    source = Text(text)
    waiting: list[tuple[ast.AST, _Place]] = [(source.tree, _Place())] if source.tree else []
    made: dict[Edit, Candidate] = {}
    nodes = 0
    while waiting and nodes < MOST_NODES and len(made) < room:
        node, place = waiting.pop()
        nodes += 1
        if _is_left_alone(node):
            continue
        place = _place(node, place)
        if not (isinstance(node, ast.Expr) and _talks(node.value)):
            for edit in edits(node, source):
                made.setdefault(edit, _candidate(path, source, edit, place))
        waiting += [(child, place) for child in reversed(_children(node))]
    return list(made.values())[:room]


def _candidate(path: str, source: Text, edit: Edit, place: _Place) -> Candidate:
    start, end = edit.span.start, edit.span.end
    line = source.line(start)
    change = Change(
        path=path,
        start=start,
        end=end,
        text=edit.text,
        first_line=min(place.first_line, line),
        last_line=max(place.last_line, line),
    )
    return Candidate(
        change, line, place.scope, edit.operator, _shown(source.of(edit.span)), _shown(edit.text)
    )


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _place(node: ast.AST, outer: _Place) -> _Place:
    """A statement runs where any of its lines does; of a compound one only the lines of its head count."""
    place = outer
    if isinstance(node, ast.stmt | ast.ExceptHandler):
        body = [part for name in ("body", "cases", "handlers") for part in getattr(node, name, ())]
        last = node.end_lineno or node.lineno
        if body:
            last = max(node.lineno, min(getattr(part, "lineno", last) for part in body) - 1)
        place = replace(place, first_line=node.lineno, last_line=last)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        place = replace(place, scope=f"{outer.scope}.{node.name}".lstrip("."))
    return place


def _children(node: ast.AST) -> list[ast.AST]:
    skipped = _SKIPPED.get(type(node), frozenset())
    children: list[ast.AST] = []
    for name, value in ast.iter_fields(node):
        if name not in skipped:
            children += [item for item in _listed(value) if isinstance(item, ast.AST)]
    return children


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else (value,)


def _is_left_alone(node: ast.AST) -> bool:
    """Is it nothing that a test could be asked to notice?"""
    if isinstance(node, ast.If):
        return _is_main_guard(node.test)
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(target, ast.Name) and target.id.startswith("__") for target in targets)
    if isinstance(node, ast.keyword):
        return node.arg in _COSMETIC
    return isinstance(node, ast.Call) and _talks(node)


def _is_main_guard(test: ast.expr) -> bool:
    name = test.left if isinstance(test, ast.Compare) else test
    return getattr(name, "id", getattr(name, "attr", "")) in ("__name__", "TYPE_CHECKING")


def _talks(call: ast.expr) -> bool:
    """Does it only tell people something, or draw what is drawn anyway?"""
    if not isinstance(call, ast.Call):
        return False
    function = call.func
    if isinstance(function, ast.Name):
        return function.id in _TALKING
    if not isinstance(function, ast.Attribute):
        return False
    owner = function.value
    name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
    return function.attr in _TALKING or name in _LOGGERS
