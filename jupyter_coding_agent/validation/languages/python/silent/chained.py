"""Chained assignment: a value that is set in a copy, while the table stays as it was."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from .scopes import Found, Scope, called, is_constant, keyword, nodes, root, targets, text, texts

_MAKERS = frozenset((
    "DataFrame", "merge", "reset_index", "set_index", "sort_values", "pivot_table", "json_normalize",
))  # fmt: skip
_USES = frozenset((
    "loc", "iloc", "groupby", "merge", "fillna", "dropna", "sort_values", "reset_index", "set_index",
    "iterrows", "itertuples", "query", "drop_duplicates", "pivot_table", "value_counts",
))  # fmt: skip
_PLACES = frozenset(("loc", "iloc"))
_MASKS = frozenset((
    "isna", "isnull", "notna", "notnull", "isin", "between", "duplicated", "contains", "startswith",
))  # fmt: skip
# What these answer is a new table, which the statement throws away.
_COPIES = frozenset((
    "query", "head", "tail", "sample", "filter", "nlargest", "nsmallest", "dropna", "sort_values",
))  # fmt: skip


def find(tree: ast.Module, scopes: Sequence[Scope]) -> Iterator[Found]:
    """Chained assignments in every scope. Only what can't be a dict or an array counts as a table."""
    shared = _frames(scopes[0], frozenset())
    for scope in scopes:
        finder = _Finder(_frames(scope, shared))
        for statement in scope.statements:
            yield from finder.look(statement)
        yield from _rows(scope)


class _Finder:
    """Reads the statements of one scope in order."""

    def __init__(self, frames: frozenset[str]) -> None:
        self._frames = frames
        self._masks: set[str] = set()
        self._slices: dict[str, str] = {}

    def look(self, statement: ast.stmt) -> Iterator[Found]:
        for target in targets(statement):
            if isinstance(target, ast.Name):
                self._named(target.id, getattr(statement, "value", None))
            elif isinstance(target, ast.Subscript):
                yield from self._set(target)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield from self._in_place(statement.value)

    def _named(self, name: str, value: ast.expr | None) -> None:
        self._masks.discard(name)
        self._slices.pop(name, None)
        if value is None:
            return
        if self._is_mask(value):
            self._masks.add(name)
        elif self._is_slice(value):
            self._slices[name] = root(value)

    def _set(self, target: ast.Subscript) -> Iterator[Found]:
        inner = target.value
        if isinstance(inner, ast.Attribute) and inner.attr in _PLACES:
            if isinstance(inner.value, ast.Name):
                yield from self._set_in_slice(inner.value.id, target)
                return
            inner = inner.value
        if isinstance(inner, ast.Name):
            if texts(target.slice) is not None:
                yield from self._set_in_slice(inner.id, target)
        elif self._copies(inner, target):
            yield (
                "chained_assignment",
                target.lineno,
                f"this sets a value in a copy of {root(inner) or 'the table'}, or may: "
                "select rows and column in one step, table.loc[rows, column] = value.",
            )

    def _set_in_slice(self, name: str, target: ast.Subscript) -> Iterator[Found]:
        if name in self._slices:
            yield (
                "chained_assignment",
                target.lineno,
                f"{name} is a slice of {self._slices[name]}: setting its values leaves {self._slices[name]} as it "
                "was, or may not. Add .copy() where the slice is made, or set them in the table by .loc.",
            )

    def _copies(self, inner: ast.expr, target: ast.Subscript) -> bool:
        """Is `inner`, in which something is set, a copy of a table's part?"""
        if isinstance(inner, ast.Call):
            return called(inner) in _COPIES and root(inner) in self._frames
        if isinstance(inner, ast.Attribute):
            by_mask = self._is_mask(target.slice)
            return by_mask and isinstance(inner.value, ast.Name) and inner.value.id in self._frames
        if not isinstance(inner, ast.Subscript):
            return False
        base = inner.value
        if isinstance(base, ast.Attribute) and base.attr in _PLACES:
            return True
        if self._is_mask(inner.slice):
            return True
        return isinstance(base, ast.Name) and base.id in self._frames and text(inner.slice) is not None

    def _in_place(self, call: ast.Call) -> Iterator[Found]:
        """``df[rows].fillna(0, inplace=True)``"""
        if not is_constant(keyword(call, "inplace"), True) or not isinstance(call.func, ast.Attribute):
            return
        table = call.func.value
        while isinstance(table, ast.Subscript) and text(table.slice) is not None:
            table = table.value
        if isinstance(table, ast.Subscript) and (self._is_slice(table) or isinstance(table.slice, ast.List)):
            yield (
                "chained_assignment",
                call.lineno,
                f"inplace=True changes a copy of {root(table)}, which is then lost: assign the result instead.",
            )

    def _is_slice(self, value: ast.expr) -> bool:
        """Rows chosen by a mask or by place, or several columns, without a copy."""
        if not isinstance(value, ast.Subscript):
            return False
        if isinstance(value.value, ast.Attribute) and value.value.attr in _PLACES:
            return True
        if self._is_mask(value.slice):
            return isinstance(value.value, ast.Name)
        return root(value) in self._frames and isinstance(value.slice, ast.List)

    def _is_mask(self, node: ast.expr) -> bool:
        match node:
            case ast.Name(id=name):
                return name in self._masks
            case ast.Compare(ops=[op]):
                return not isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn) and _of_table(node)
            case ast.UnaryOp(op=ast.Invert(), operand=operand):
                return self._is_mask(operand)
            case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr(), right=right):
                return self._is_mask(left) or self._is_mask(right)
            case ast.Call():
                return called(node) in _MASKS and isinstance(node.func, ast.Attribute)
        return False


def _of_table(comparison: ast.Compare) -> bool:
    """Does it compare a column or an attribute of something? ``n > 1`` may be a bool that is a key."""
    return any(isinstance(node, ast.Subscript | ast.Attribute) for node in nodes(comparison.left))


def _frames(scope: Scope, shared: frozenset[str]) -> frozenset[str]:
    """Names that hold DataFrames, by annotation, by what they are made of, or by what is asked of them."""
    found = set(shared)
    arguments = getattr(scope.node, "args", None)
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs) if arguments else ():
        if argument.annotation is not None and "DataFrame" in ast.unparse(argument.annotation):
            found.add(argument.arg)
    for node in scope.nodes():
        if isinstance(node, ast.Attribute) and node.attr in _USES and isinstance(node.value, ast.Name):
            found.add(node.value.id)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            name = called(node.value)
            if name in _MAKERS or name.startswith("read_"):
                found.update(target.id for target in targets(node) if isinstance(target, ast.Name))
    return frozenset(found - {"pd", "pandas", "np", "numpy"})


def _rows(scope: Scope) -> Iterator[Found]:
    """Values set in the rows that ``iterrows`` hands out, and then lost."""
    for loop in scope.statements:
        match loop:
            case ast.For(target=ast.Tuple(elts=[_, ast.Name(id=row)]), iter=ast.Call() as made):
                if called(made) != "iterrows":
                    continue
            case _:
                continue
        inside = [node for statement in loop.body for node in ast.walk(statement)]
        bases = {id(node.value) for node in inside if isinstance(node, ast.Subscript | ast.Attribute)}
        uses = [node for node in inside if isinstance(node, ast.Name) and node.id == row]
        if any(id(use) not in bases for use in uses):
            continue  # the row is handed on as a whole
        for target in (target for node in inside for target in targets(node)):
            if isinstance(target, ast.Subscript) and root(target.value) == row:
                yield (
                    "chained_assignment",
                    target.lineno,
                    f"{row} is a copy of the table's row: what is set in it is lost. "
                    "Set it by table.at[index, column], or compute the column at once.",
                )
