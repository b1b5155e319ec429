"""Markdown tables of inputs and outputs, or of calls and what they give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ...core import syntax
from ...validation.models import Example
from .calls import MAX_CHARACTERS, literal_text, make_example
from .candidate import Candidate
from .context import disowned
from .signatures import Signature

_MAX_ROWS = 50
_MAX_TABLES = 20
_OUTPUT = {
    "output", "out", "result", "results", "returns", "return", "return value", "returned", "should return",
    "gives", "expected", "expected output", "expected result", "expected value", "expected return value",
}  # fmt: skip
_ACTUAL = {
    "actual",
    "got",
    "current",
    "actual output",
    "actual result",
    "current output",
    "current result",
    "observed",
}
_CALL = {"call", "expression", "invocation", "function call", "example", "example call"}
_REMARK = {
    "#", "no", "no.", "nr", "case", "test", "test case", "note", "notes", "comment", "comments", "description", "why",
    "reason", "remark", "remarks", "explanation", "scenario",
}  # fmt: skip
_INPUT = {"input", "inputs", "argument", "arg", "in", "parameter", "given"}
# A text that stands in a table without quotes, where nothing in it could be markup or a way of speaking.
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ,.:;@#+&/=%_-]*[A-Za-z0-9.,!?-])?[!?]?")
_SPOKEN = re.compile(
    r"\b(?:none|null|empty|error|raises?|exception|\w+Error|nothing|n/a|same|unchanged|any|todo"
    r"|blank|whitespace|spaces?|string|list|see|below|above|invalid|fails?|throws?|default|etc|or)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Table:
    header: list[str]
    rows: list[list[str]]
    sources: list[str]


def table_examples(text: str, function: str | None, signature: Signature | None) -> Iterator[Candidate]:
    """The rows that are examples. `function` is the one function that the request names, if it names just one."""
    lines = text.splitlines()
    for number, table in islice(_tables(lines), _MAX_TABLES):
        if not disowned(lines, number):
            yield from (Candidate(example, "table") for example in _examples(table, function, signature))


def _tables(lines: Sequence[str]) -> Iterator[tuple[int, _Table]]:
    """Tables with the same number of cells in every row, and the line where each begins."""
    for number in range(1, len(lines)):
        rule = lines[number].strip()
        if len(rule) > MAX_CHARACTERS or not set(rule) <= set("|:- ") or "-" not in rule or "|" not in rule:
            continue
        header = _cells(lines[number - 1])
        rows, sources = [], []
        for line in lines[number + 1 : number + 1 + _MAX_ROWS]:
            if "|" not in line or len(line) > MAX_CHARACTERS:
                break
            rows.append(_cells(line))
            sources.append(line.strip())
        if len(header) > 1 and all(len(row) == len(header) for row in rows):
            yield number - 1, _Table([_plain(cell).lower() for cell in header], rows, sources)


def _cells(line: str) -> list[str]:
    line = line.strip()
    parts = re.split(r"(?<!\\)\|", line)
    if line.startswith("|"):
        parts = parts[1:]
    if len(parts) > 1 and not parts[-1].strip():
        parts = parts[:-1]
    return [part.replace("\\|", "|").strip() for part in parts]


def _plain(cell: str) -> str:
    return cell.strip("`*_ ").rstrip(":")


def _examples(table: _Table, function: str | None, signature: Signature | None) -> Iterator[Example]:
    output = _output_column(table.header, function)
    if output is None:
        return
    inputs = [
        column
        for column, name in enumerate(table.header)
        if column != output and not _is_remark(name, signature)
    ]
    if len(inputs) == 1 and table.header[inputs[0]] in _CALL:
        for row, source in zip(table.rows, table.sources, strict=True):
            expected = _literal(row[output])
            example = make_example(row[inputs[0]].strip("`"), expected, source) if expected else None
            if example:
                yield example
    elif function is not None and inputs and _are_arguments(table.header, inputs, function, signature):
        yield from _called(table, inputs, output, function, signature)


def _output_column(header: Sequence[str], function: str | None) -> int | None:
    columns = [
        number
        for number, name in enumerate(header)
        if name in _OUTPUT or (function is not None and name.startswith(f"{function.lower()}("))
    ]
    if len(columns) > 1:
        columns = [number for number in columns if header[number].startswith("expected")]
    actual = any(name in _ACTUAL for name in header)
    if len(columns) != 1 or (actual and not header[columns[0]].startswith("expected")):
        return None
    return columns[0]


def _is_remark(name: str, signature: Signature | None) -> bool:
    if signature is not None and name in _parameters(signature):
        return False
    return name in _REMARK | _ACTUAL


def _parameters(signature: Signature) -> list[str]:
    return [name.lower() for name, _ in signature.parameters]


def _are_arguments(
    header: Sequence[str], inputs: Sequence[int], function: str, signature: Signature | None
) -> bool:
    names = [header[column] for column in inputs]
    if signature is None:
        return len(names) == 1 or all(name.isidentifier() for name in names)
    if len(names) == 1 and names[0] in _INPUT:
        return signature.required <= 1 <= len(signature.parameters)
    parameters = _parameters(signature)
    required = set(parameters[: signature.required])
    return len(set(names)) == len(names) and required <= set(names) <= set(parameters)


def _called(
    table: _Table, inputs: Sequence[int], output: int, function: str, signature: Signature | None
) -> Iterator[Example]:
    columns = {
        column: _values(table, column, _annotation(table, column, inputs, signature)) for column in inputs
    }
    results = _values(table, output, signature.returns if signature else None)
    for number, source in enumerate(table.sources):
        values = {column: column_values[number] for column, column_values in columns.items()}
        expected = results[number]
        if expected is None or None in values.values():
            continue
        example = make_example(f"{function}({_arguments(table, values, signature)})", expected, source)
        if example:
            yield example


def _arguments(table: _Table, values: dict[int, str | None], signature: Signature | None) -> str:
    given = {table.header[column]: str(value) for column, value in values.items()}
    if signature is None or (len(given) == 1 and min(given) in _INPUT):
        return ", ".join(given.values())
    first = signature.parameters[: len(given)]
    if all(name.lower() in given for name, _ in first):
        return ", ".join(given[name.lower()] for name, _ in first)
    return ", ".join(
        f"{name}={given[name.lower()]}" for name, _ in signature.parameters if name.lower() in given
    )


def _annotation(table: _Table, column: int, inputs: Sequence[int], signature: Signature | None) -> str | None:
    if signature is None:
        return None
    name = table.header[column]
    annotations = {parameter.lower(): annotation for parameter, annotation in signature.parameters}
    if name not in annotations and len(inputs) == 1:
        return next(iter(annotations.values()), None)
    return annotations.get(name)


def _values(table: _Table, column: int, annotation: str | None) -> list[str | None]:
    """Each cell of a column as a literal; None where it is none. Unquoted text only where the type says text."""
    cells = [row[column] for row in table.rows]
    if annotation != "str":
        return [_literal(cell) for cell in cells]
    quoted = [isinstance(_value(cell), str) for cell in cells]
    if any(quoted):
        return [_literal(cell) if good else None for cell, good in zip(cells, quoted, strict=True)]
    return [
        repr(text) if _PLAIN_TEXT.fullmatch(text) and not _SPOKEN.search(text) else None
        for text in (cell.strip("`") for cell in cells)
    ]


def _literal(cell: str) -> str | None:
    """A literal cell; ``1,000`` and ``2, 3`` are none."""
    text = cell.strip("`").strip()
    if text in ("true", "false"):
        return text.capitalize()
    literal = literal_text(text)
    if literal is None or (literal.startswith("(") and not text.startswith("(")):
        return None
    return literal


def _value(cell: str) -> object:
    literal = _literal(cell)
    return None if literal is None else syntax.literal_eval(literal)
