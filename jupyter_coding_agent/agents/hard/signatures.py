"""Signatures that the user wrote, and what they say of the values: types become hard tests of their own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from ...core import syntax
from ...validation.models import Example
from .calls import MAX_CHARACTERS, make_example, statement
from .scanning import bracket_end

_MAX_LOOKED_AT = 300
_MAX_WORDS = 8  # of a type and of what follows it
_START = re.compile(r"(?P<prefix>(?:\basync\s+)?\bdef\s+)?(?<![\w.])(?P<name>[A-Za-z_]\w*)\(")
_RETURNS = re.compile(r"\s*(?:->|→)\s*(?P<type>[\w.\[\], |]{1,120})")
_DOCSTRING = re.compile(r"\s*(?:\"\"\"(?:[^\"]|\"(?!\"\"))*\"\"\"|'''(?:[^']|'(?!''))*''')[ \t]*")
# How a user writes "the body is yours to write": words looked for in a request, nothing is raised.
_UNFINISHED = ("pass", "...", "raise NotImplementedError", "#", "```", "~~~")
_FULL_STOP = re.compile(r"\.(?:\s|$)")
_ANOTHER = re.compile(r"\s*(?:,|or\b|and\b)\s*(?:str|int|float|bool|bytes|list|dict|tuple|set|None)\b")
_SIMPLE = {
    "str": str, "int": int, "float": float, "bool": bool, "bytes": bytes, "list": list, "List": list,
    "dict": dict, "Dict": dict, "tuple": tuple, "Tuple": tuple, "set": set, "Set": set,
}  # fmt: skip
_NO_LITERAL = {
    "Iterator", "Iterable", "Generator", "AsyncIterator", "AsyncGenerator", "Awaitable", "Coroutine", "Callable",
    "Decimal", "Fraction", "date", "datetime", "time", "timedelta", "Path", "UUID", "deque", "range", "frozenset",
}  # fmt: skip


@dataclass(frozen=True)
class Signature:
    """Parameters in order with their annotations; `returns` is None where nothing is said.

    `written`: as ``def`` or with types; else only ``f(a, b)`` in a sentence. `given`: with a body, so it is
    code that exists.
    """

    name: str
    parameters: tuple[tuple[str, str | None], ...]
    required: int
    returns: str | None
    source: str
    written: bool
    given: bool = False


def signatures(text: str) -> dict[str, Signature]:
    """Name → signature. One that is written out counts more; two different ones of a name count as none."""
    found: dict[str, Signature] = {}
    clashing: set[str] = set()
    for signature in islice(_all(text), _MAX_LOOKED_AT):
        earlier = found.get(signature.name)
        if earlier is None or (signature.written and not earlier.written):
            found[signature.name] = signature
            clashing.discard(signature.name)
        elif earlier.written == signature.written and earlier.parameters != signature.parameters:
            clashing.add(signature.name)
    return {name: signature for name, signature in found.items() if name not in clashing}


def _all(text: str) -> Iterator[Signature]:
    for start in islice(_START.finditer(text), _MAX_LOOKED_AT):
        piece = text[start.end() - 1 : start.end() + MAX_CHARACTERS]
        end = bracket_end(piece, 0)
        if not end:
            continue
        returns = _RETURNS.match(piece, end)
        definition = start["prefix"] is not None
        for annotation in _annotations(returns["type"] if returns else ""):
            signature = _read(start["name"], piece[:end], annotation, definition)
            if signature:
                rest = piece[returns.end() if returns else end :]
                yield _finished(signature, definition, rest)
                break


def _annotations(text: str) -> Iterator[str]:
    """The type, behind which a sentence may go on: ever shorter pieces, and nothing where it has alternatives."""
    words = text[: _type_end(text)].split(" ")[:_MAX_WORDS]
    for count in range(len(words), 0, -1):
        piece = " ".join(words[:count])
        if not _ANOTHER.match(text, len(piece)):
            yield piece
    yield ""


def _type_end(text: str) -> int:
    """Where a clause ends: at a comma outside brackets or a full stop."""
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if (character == "," and depth <= 0) or _FULL_STOP.match(text, position):
            return position
    return len(text)


def _read(name: str, parameters: str, returns: str, definition: bool) -> Signature | None:
    arrow = f" -> {returns}" if returns else ""
    node = statement(f"def {name}{parameters}{arrow}: pass")
    if not isinstance(node, ast.FunctionDef) or (returns and not _is_type(node.returns)):
        return None
    arguments = node.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs:
        return None
    names = [argument.arg for argument in arguments.args]
    annotated = [
        ast.unparse(argument.annotation) if argument.annotation else None for argument in arguments.args
    ]
    if names[:1] in (["self"], ["cls"]):
        return None
    return Signature(
        name=name,
        parameters=tuple(zip(names, annotated, strict=True)),
        required=len(names) - len(arguments.defaults),
        returns=ast.unparse(node.returns) if node.returns else None,
        source=f"{name}{parameters}{arrow}",
        written=definition or _kind(returns) in {*_SIMPLE, *_NO_LITERAL, "None"} or any(annotated),
    )


def _finished(signature: Signature, definition: bool, rest: str) -> Signature:
    return replace(signature, given=definition and _has_body(rest))


def _has_body(rest: str) -> bool:
    """Does code follow a definition's head, more than a docstring and a sign that it is yet to be written?"""
    colon, _, body = rest.partition(":")
    if colon.strip():
        return False
    docstring = _DOCSTRING.match(body)
    first, *lines = body[docstring.end() if docstring else 0 :].split("\n")
    code = [first.strip(), *(line.strip() for line in takewhile(_is_inside, lines))]
    return any(line and not line.startswith(_UNFINISHED) for line in code)


def _is_inside(line: str) -> bool:
    return not line.strip() or line[0] in " \t"


def _is_type(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Constant):
        return node.value is None or isinstance(node.value, str)
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp)


def contradicts(example: Example, known: Mapping[str, Signature]) -> bool:
    """Can a function with the signature that the user wrote not give this literal?"""
    call = syntax.parse(example.call, mode="eval").body
    name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
    returns = known[name].returns if name in known else None
    return returns is not None and not _may_be(syntax.literal_eval(example.expected), returns)


def _may_be(value: object, annotation: str) -> bool:
    parts = [part.strip() for part in re.split(r"\|(?![^\[]*\])", annotation)]
    if parts[0].startswith("Optional["):
        parts = [parts[0][len("Optional[") : -1], "None"]
    return any(_is_one(value, _kind(part)) for part in parts)


def _kind(annotation: str) -> str:
    """``list[int]`` → ``list``, ``collections.abc.Iterator`` → ``Iterator``."""
    return annotation.partition("[")[0].rpartition(".")[2]


def _is_one(value: object, kind: str) -> bool:
    if kind in _NO_LITERAL:
        return False
    if kind == "None":
        return value is None
    expected = _SIMPLE.get(kind)
    if expected is None:
        return True
    if expected is float:
        return isinstance(value, int | float)
    return isinstance(value, expected)


def type_examples(examples: Iterable[Example], known: Mapping[str, Signature]) -> Iterator[Example]:
    """For each function of a known type, that the first example's call gives a value of this type."""
    done: set[str] = set()
    for example in examples:
        call = syntax.parse(example.call, mode="eval").body
        name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
        signature = known.get(name)
        if signature and signature.returns and signature.written and name not in done:
            done.add(name)
            made = _type_example(example.call, signature.returns, signature.source)
            if made:
                yield made


def _type_example(call: str, annotation: str, source: str) -> Example | None:
    """None where a right solution may well give something else: a NumPy scalar for an ``int``, an int for a float."""
    kind = _kind(annotation).lower()
    if "|" in annotation or kind not in _SIMPLE:
        return None
    if kind == "int":
        return make_example(f"isinstance({call}, float)", "False", source)
    if kind == "bool":
        return make_example(f"str({call}) in ('True', 'False')", "True", source)
    if kind == "float":
        return None
    return make_example(f"isinstance({call}, {kind})", "True", source)
