"""Expressions of a test as types instead of values: ``<DataFrame with columns 'city', 'total'>``, ``<list of int>``."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping

from . import pysource

UNKNOWN = "<value>"
_NAME, _COLUMNS, _ELEMENTS, _DEPTH = 40, 30, 20, 6
_MOST = 50_000  # expressions looked at in one file: names that stand for each other can multiply
_PLAIN = re.compile(r"\w[\w .%/()-]*")
_FIXTURES = {"tmp_path": "<Path>", "monkeypatch": "<MonkeyPatch>", "capsys": "<CaptureFixture>"}
_STRATEGIES = {
    "integers": "int", "floats": "float", "text": "str", "booleans": "bool", "characters": "str", "binary": "bytes",
    "lists": "list", "sets": "set", "dictionaries": "dict", "tuples": "tuple", "dates": "date",
    "datetimes": "datetime", "decimals": "Decimal", "data_frames": "DataFrame", "none": "None",
}  # fmt: skip
_TYPES: dict[type[ast.expr], str] = {
    ast.List: "list", ast.Tuple: "tuple", ast.Set: "set", ast.ListComp: "list", ast.SetComp: "set",
    ast.DictComp: "dict", ast.GeneratorExp: "generator", ast.JoinedStr: "str", ast.Compare: "bool",
    ast.Lambda: "function",
}  # fmt: skip
_MAKERS = frozenset(
    {"list", "dict", "set", "tuple", "date", "datetime", "range", "str", "int", "float", "sorted"}
)


class Names:
    """The names of a test file: those of the solution, and what module-level names stand for."""

    def __init__(self, tree: ast.Module) -> None:
        self.solution = pysource.solution_names(tree)
        self.module = _assigned(tree.body)
        self.helpers = {
            node.name: node
            for node in ast.walk(tree)
            if isinstance(node, pysource.Function) and not pysource.is_test(node)
        }
        self.left = _MOST


class Scope:
    """What names stand for within one function."""

    def __init__(self, names: Names, function: pysource.Function) -> None:
        self._names = names
        self._values = _assigned(ast.walk(function))
        self._types: dict[str, str] = {}
        for argument in function.args.args:
            helper = names.helpers.get(argument.arg)
            returned = _returned(helper) if helper else None
            if returned is not None:
                self._values[argument.arg] = returned
            elif argument.arg in _FIXTURES:
                self._types[argument.arg] = _FIXTURES[argument.arg]
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call):
                self._add_parameters(decorator, function)

    def subject(self, node: ast.expr, depth: int = 0) -> str:
        """``f``, ``module.f``, ``Class(...)``, ``Class(...).method``: what of the solution it is; empty if none.

        `cell` counts as the solution's. Of a result only the first part is followed.
        """
        if depth > _DEPTH:
            return ""
        if isinstance(node, ast.Name):
            value = self._value(node.id)
            if node.id in self._names.solution or (node.id == "cell" and value is None):
                return node.id
            return self.subject(value, depth + 1) if isinstance(value, ast.Call) else ""
        if isinstance(node, ast.Call):
            called = self.subject(node.func, depth + 1)
            return f"{called}(...)" if called else ""
        if not isinstance(node, ast.Attribute):
            return ""
        if isinstance(node.value, ast.Name) and node.value.id in self._names.solution:
            return f"{node.value.id}.{node.attr}"
        owner = self.subject(node.value, depth + 1)
        return f"{owner}.{node.attr}" if is_result(owner) else ""

    def arguments(self, node: ast.Call) -> str:
        """The arguments of a call with types for values; keywords keep their names."""
        shown = [self.kind(argument) for argument in node.args[:_ELEMENTS]]
        for keyword in node.keywords[:_ELEMENTS]:
            kind = self.kind(keyword.value)
            shown.append(f"{keyword.arg}={kind}" if keyword.arg else f"**{kind}")
        return ", ".join(shown)

    def kind(self, node: ast.expr, depth: int = 0) -> str:
        """The type of an expression in brackets, as far as it shows."""
        self._names.left -= 1
        if depth > _DEPTH or self._names.left < 0:
            return UNKNOWN
        if isinstance(node, ast.Constant):
            return "<None>" if node.value is None else f"<{type(node.value).__name__}>"
        if isinstance(node, ast.Name):
            return self._named(node.id, depth)
        if isinstance(node, ast.Call):
            return self._made(node)
        if isinstance(node, ast.Starred):
            return f"*{self.kind(node.value, depth + 1)}"
        if isinstance(node, ast.UnaryOp):
            return "<bool>" if isinstance(node.op, ast.Not) else self.kind(node.operand, depth + 1)
        if isinstance(node, ast.BinOp):
            return self.kind(node.left, depth + 1)
        if isinstance(node, ast.Dict):
            keys, values = self._common([k for k in node.keys if k], depth), self._common(node.values, depth)
            return f"<dict of {keys} to {values}>" if keys and values else "<dict>"
        if type(node) not in _TYPES:
            return UNKNOWN
        inner = self._common(node.elts, depth) if isinstance(node, ast.List | ast.Tuple | ast.Set) else ""
        return f"<{_TYPES[type(node)]} of {inner}>" if inner else f"<{_TYPES[type(node)]}>"

    def _value(self, name: str) -> ast.expr | None:
        return self._values.get(name) or self._names.module.get(name)

    def _named(self, name: str, depth: int) -> str:
        if name in self._types:
            return self._types[name]
        value = self._value(name)
        if value is not None:
            return self.kind(value, depth + 1)
        return f"<{name[:_NAME]}>" if name in self._names.solution else UNKNOWN

    def _common(self, nodes: list[ast.expr], depth: int) -> str:
        """``int`` or ``int or str`` for elements of these types; empty where that says nothing."""
        kinds = {self.kind(node, depth + 1) for node in nodes[:_ELEMENTS]}
        return (
            ""
            if UNKNOWN in kinds or len(kinds) > 3
            else " or ".join(sorted(kind.strip("<>") for kind in kinds))
        )

    def _made(self, node: ast.Call) -> str:
        subject = self.subject(node.func)
        if subject:
            return f"<{subject}(...)>"
        name = pysource.last_name(node)
        if name == "DataFrame":
            columns = ", ".join(itertools.islice(_columns(node), _COLUMNS))
            return f"<DataFrame with columns {columns}>" if columns else "<DataFrame>"
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant):
            return f"<{type(node.func.value.value).__name__}>"
        if name == "array":
            return "<ndarray>"
        return f"<{name[:_NAME]}>" if name[:1].isupper() or name in _MAKERS else UNKNOWN

    def _add_parameters(self, decorator: ast.Call, function: pysource.Function) -> None:
        """What ``parametrize`` and hypothesis' ``given`` hand in."""
        name, arguments = pysource.last_name(decorator), decorator.args
        if name == "parametrize" and len(arguments) == 2:
            rows = arguments[1]
            if isinstance(rows, ast.Name):
                rows = self._names.module.get(rows.id, rows)
            names = _parameter_names(arguments[0])
            for row in _elements(rows)[:1] if names else ():
                values = (
                    row.args if isinstance(row, ast.Call) else [row] if len(names) == 1 else _elements(row)
                )
                self._values |= dict(zip(names, values, strict=False))
        elif name == "given":
            positional = (
                [argument.arg for argument in function.args.args][-len(arguments) :] if arguments else []
            )
            given = [*zip(positional, arguments, strict=False)]
            given += [(keyword.arg, keyword.value) for keyword in decorator.keywords if keyword.arg]
            for argument, strategy in given:
                kind = _STRATEGIES.get(pysource.last_name(strategy))
                self._types[argument] = f"<{kind}>" if kind else UNKNOWN


def is_result(subject: str) -> bool:
    """Whether a subject is what a call gave back, and not yet a part of it."""
    return subject.endswith("(...)") and subject.count("(...)") == 1


def quoted(text: str) -> str:
    """A name of a column or of a variable, if it looks like one."""
    return repr(text) if len(text) <= _NAME and _PLAIN.fullmatch(text) else "…"


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, ast.expr]:
    """Name → the expression last assigned to it."""
    found: dict[str, ast.expr] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            found |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found[node.target.id] = node.value
    return found


def _returned(function: pysource.Function) -> ast.expr | None:
    values = (node.value for node in ast.walk(function) if isinstance(node, ast.Return | ast.Yield))
    return next(values, None)


def _elements(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple | ast.List) else [node]


def _parameter_names(spelled: ast.expr) -> list[str]:
    parts = [part.value for part in _elements(spelled) if isinstance(part, ast.Constant)]
    return [name.strip() for part in parts if isinstance(part, str) for name in part.split(",")]


def _columns(node: ast.Call) -> Iterator[str]:
    """The columns of a literal ``DataFrame(…)``, each once, quoted."""
    keywords: Mapping[str | None, ast.expr] = {keyword.arg: keyword.value for keyword in node.keywords}
    data = node.args[0] if node.args else keywords.get("data")
    cells: list[ast.expr | None] = []
    if "columns" in keywords:
        cells += _elements(keywords["columns"])
    elif isinstance(data, ast.Dict):
        cells += data.keys
    elif data is not None:
        cells += [key for row in _elements(data)[:_ELEMENTS] if isinstance(row, ast.Dict) for key in row.keys]
    names = [cell.value for cell in cells if isinstance(cell, ast.Constant) and isinstance(cell.value, str)]
    yield from dict.fromkeys(map(quoted, names))
