"""Which columns the features and the target of a model are, as far as the source says."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .scopes import called, calls, is_constant, keyword, nodes, root, targets, text, texts

# With these a model picks its columns later.
_PICKERS = frozenset(
    ("ColumnTransformer", "make_column_transformer", "make_column_selector", "ColumnSelector")
)
_SAME = frozenset(("copy", "to_numpy", "astype", "fillna", "dropna"))


@dataclass(frozen=True)
class _Columns:
    """Columns of a table: these, or (`all_but`) all others."""

    table: str
    columns: frozenset[str]
    all_but: bool
    line: int

    def holds(self, column: str) -> bool:
        return (column in self.columns) != self.all_but


class Features:
    """Read statement by statement; asked where data is split or a model fitted."""

    def __init__(self, tree: ast.Module) -> None:
        self._dropped = _dropped(tree)
        self._picked = any(isinstance(node, ast.Call) and called(node) in _PICKERS for node in ast.walk(tree))
        self._lists: dict[str, list[str]] = {}
        self._columns: dict[str, _Columns] = {}
        self._targets: dict[str, tuple[str, str]] = {}
        """Name → table and column."""
        self._means: dict[str, tuple[int, str]] = {}
        self._encoded: list[tuple[int, str]] = []

    def of_function(self) -> Features:
        """For a function of the same module: it knows the module's lists."""
        other = object.__new__(Features)
        other.__dict__.update(self.__dict__)
        other._lists, other._columns, other._targets = dict(self._lists), {}, {}
        other._means, other._encoded = {}, []
        return other

    def read(self, statement: ast.stmt) -> None:
        """Take the next statement."""
        value = getattr(statement, "value", None)
        if value is None:
            return
        mean = self._mean(value)
        for target in targets(statement):
            if isinstance(target, ast.Name):
                self._name(target.id, value, mean)
            elif mean is not None:
                self._encoded.append((statement.lineno, mean[1]))

    def target_inside(self, features: ast.expr, target: ast.expr) -> tuple[int, str] | None:
        """Line and column, where the target's own column is among the features."""
        held, aimed = self._columns_of(features), self._target_of(target)
        if held is None or aimed is None or self._picked:
            return None
        table, column = aimed
        if held.table != table or column in self._dropped or not held.holds(column):
            return None
        return held.line, column

    def encoded(self, target: ast.expr) -> list[tuple[int, str]]:
        """Line and column of each feature that was computed from this target."""
        aimed = self._target_of(target)
        return [item for item in self._encoded if aimed is not None and item[1] == aimed[1]]

    def _name(self, name: str, value: ast.expr, mean: tuple[int, str] | None) -> None:
        for known in (self._lists, self._columns, self._targets, self._means):
            known.pop(name, None)
        listed = texts(value)
        if listed is not None:
            self._lists[name] = listed
            return
        aimed, held = self._target_of(value), self._columns_of(value)
        if aimed is not None:
            self._targets[name] = aimed
        elif held is not None and held.table != name:
            self._columns[name] = held
        if mean is not None:
            if any(called(call) == "assign" for call in calls(value)):
                self._encoded.append((value.lineno, mean[1]))
            else:
                self._means[name] = mean

    def _target_of(self, node: ast.expr) -> tuple[str, str] | None:
        """``df["y"]``, ``df.pop("y")``, or a name for it."""
        match node:
            case ast.Name(id=name):
                return self._targets.get(name)
            case ast.Subscript(value=ast.Name(id=table), slice=ast.Constant(value=str(column))):
                return table, column
            case ast.Attribute(value=inner, attr="values"):
                return self._target_of(inner)
            case ast.Call(func=ast.Attribute(value=inner, attr=method)) if method in _SAME:
                return self._target_of(inner)
        return None

    def _columns_of(self, node: ast.expr) -> _Columns | None:
        """``df``, ``df[["a", "b"]]``, ``df[features]``, ``df.drop(columns=["c"])``, or a name for it."""
        match node:
            case ast.Name(id=name):
                return self._columns.get(name) or _Columns(name, frozenset(), True, node.lineno)
            case ast.Subscript(value=ast.Name(id=table), slice=ast.Name(id=name)) if name in self._lists:
                return _Columns(table, frozenset(self._lists[name]), False, node.lineno)
            case ast.Subscript(value=ast.Name(id=table), slice=ast.List() as listed):
                columns = texts(listed)
                return None if columns is None else _Columns(table, frozenset(columns), False, node.lineno)
            case ast.Attribute(value=inner, attr="values"):
                return self._columns_of(inner)
            case ast.Call(func=ast.Attribute(value=inner, attr=method)) if method in _SAME:
                return self._columns_of(inner)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=table), attr="drop")):
                columns = _drops(node)
                known = columns is not None and all(isinstance(each, str) for each in columns)
                return _Columns(table, frozenset(columns or ()), True, node.lineno) if known else None
        return None

    def _mean(self, value: ast.expr) -> tuple[int, str] | None:
        """Line and column of ``df.groupby("city")["y"].mean()`` in an expression, or of a name for it."""
        for node in nodes(value):
            if isinstance(node, ast.Name) and node.id in self._means:
                return self._means[node.id]
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call):
                column = text(node.slice)
                of_training = "train" in root(node).lower()
                if called(node.value) == "groupby" and column is not None and not of_training:
                    return node.lineno, column
        return None


def _drops(call: ast.Call) -> list[str] | None:
    """The columns that ``drop`` names; None where they are not written there."""
    columns = keyword(call, "columns")
    if columns is None and call.args:
        axis = keyword(call, "axis") or (call.args[1] if len(call.args) > 1 else None)
        if is_constant(axis, 1) or text(axis) == "columns":
            columns = call.args[0]
    return texts(columns)


def _dropped(tree: ast.Module) -> frozenset[str]:
    """Every column that is named where something is dropped, popped or deleted."""
    found: set[str] = set()
    for node in ast.walk(tree):
        named: list[ast.expr] = []
        if isinstance(node, ast.Call) and called(node) in ("drop", "pop", "difference"):
            named = [*node.args, *(item.value for item in node.keywords)]
        elif isinstance(node, ast.Delete):
            named = node.targets
        found.update(part for each in named for inner in nodes(each) if (part := text(inner)) is not None)
    return frozenset(found)
