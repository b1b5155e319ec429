"""Where in a Python cell secrets may stand: its texts, and literals that are given a secret's name."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from .secret_shapes import kind_of, looks_secret

_LITERAL = re.compile(r"""(?s)[A-Za-z]{0,3}(\"\"\"|'''|"|')(.*)\1""")
_GIVING = frozenset({"setenv", "putenv", "getenv", "setdefault", "get", "setattr", "set_key", "set_password"})
"""Functions that are told a name and its value, one after the other."""
# Formatted and template strings are one token up to Python 3.11, several from 3.12 and 3.14 on.
_OPENS = {getattr(tokenize, f"{kind}STRING_START", None) for kind in "FT"}
_CLOSES = {getattr(tokenize, f"{kind}STRING_END", None) for kind in "FT"}


def texts_in(code: str) -> list[tuple[int, int]] | None:
    """Start and end of the insides of strings, of comments and of lines for the shell, in order.

    None where the cell is not Python. `code` has no carriage returns.
    """
    lines = code.split("\n")
    shell = [number for number, line in enumerate(lines) if line.startswith(("%", "!", "?"))]
    plain = _without(lines, shell)
    try:
        ast.parse(plain)
        tokens = list(tokenize.generate_tokens(io.StringIO(plain).readline))
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return None
    starts = _starts(lines)
    spans = [(starts[number], starts[number] + len(lines[number])) for number in shell]
    opened: list[int] = []
    for token in tokens:
        start = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        if token.type == tokenize.COMMENT:
            spans.append((start, end))
        elif token.type in _OPENS:
            opened.append(end)
        elif token.type in _CLOSES:
            first = opened.pop()
            if not opened:
                spans.append((first, start))
        elif token.type == tokenize.STRING and not opened:
            inside = _LITERAL.fullmatch(code[start:end])
            if inside is not None:
                spans.append((start + inside.start(2), start + inside.end(2)))
    return sorted(spans)


def literals_by_name(code: str) -> list[tuple[int, int, str, str]]:
    """Start, end, prefix (``b`` of bytes) and kind of each literal that its name makes a secret. `code` is Python."""
    lines = code.split("\n")
    shell = [number for number, line in enumerate(lines) if line.startswith(("%", "!", "?"))]
    tree = ast.parse(_without(lines, shell))
    formatted = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
    }
    starts = _starts(lines)
    found = {}
    for name, literal, sure in _given(tree):
        kind = kind_of(name)
        value = literal.value
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        if kind is None or id(literal) in formatted or not looks_secret(kind, text, sure=sure):
            continue
        assert literal.end_lineno is not None and literal.end_col_offset is not None
        start = _offset(lines, starts, literal.lineno, literal.col_offset)
        end = _offset(lines, starts, literal.end_lineno, literal.end_col_offset)
        found[start] = (start, end, "b" if isinstance(value, bytes) else "", kind)
    return list(found.values())


def _given(tree: ast.AST) -> Iterator[tuple[str, ast.Constant, bool]]:
    """Every name with each literal that it is given, and whether it is plainly the value."""
    for node in ast.walk(tree):
        for name, value in _pairs(node):
            for literal, sure in _literals(value):
                if isinstance(literal.value, str | bytes):
                    yield name, literal, sure


def _pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names that `node` gives values."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _assigned(target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        yield from _assigned(node.target, node.value)
    elif isinstance(node, ast.keyword) and node.arg is not None:
        yield node.arg, node.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif isinstance(node, ast.arguments):
        positional = [*node.posonlyargs, *node.args]
        for argument, value in zip(reversed(positional), reversed(node.defaults), strict=False):
            yield argument.arg, value
        for argument, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
            if default is not None:
                yield argument.arg, default
    elif isinstance(node, ast.Compare):
        for value in node.comparators:
            yield from _assigned(node.left, value)
    elif isinstance(node, ast.Call) and _last_name(node.func) in _GIVING:
        for key, value in zip(node.args, node.args[1:], strict=False):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _assigned(one, other)
    elif isinstance(target, ast.Subscript):
        if isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str):
            yield target.slice.value, value
    elif name := _last_name(target):
        yield name, value


def _literals(value: ast.expr) -> Iterator[tuple[ast.Constant, bool]]:
    """The literals that `value` may be, and whether each is plainly it: the argument of a call may be a prompt."""
    if isinstance(value, ast.Constant):
        yield value, True
    elif isinstance(value, ast.BoolOp | ast.List | ast.Tuple | ast.Set):
        for one in value.values if isinstance(value, ast.BoolOp) else value.elts:
            yield from _literals(one)
    elif isinstance(value, ast.IfExp):
        yield from _literals(value.body)
        yield from _literals(value.orelse)
    elif isinstance(value, ast.Call):
        if isinstance(value.func, ast.Attribute) and isinstance(value.func.value, ast.Constant):
            yield value.func.value, True
        elif len(value.args) == 1 and isinstance(value.args[0], ast.Constant):
            text = value.args[0].value
            if isinstance(text, str) and not re.search(r"\s", text):
                yield value.args[0], False


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _without(lines: list[str], blank: list[int]) -> str:
    kept = list(lines)
    for number in blank:
        kept[number] = ""
    return "\n".join(kept)


def _starts(lines: list[str]) -> list[int]:
    """Where each line begins; one more, for what ends behind the last."""
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _offset(lines: list[str], starts: list[int], number: int, column: int) -> int:
    """The place in the text; columns of the tree count bytes."""
    line = lines[number - 1]
    within = column if line.isascii() else len(line.encode()[:column].decode())
    return starts[number - 1] + within
