"""Jinja2 in its sandbox, with Python source as the only thing that can come out of an expression.

A value reaches the source through a filter that makes it a literal or a checked name (`Code`); an expression
that ends as anything else is refused, so a value can't inject code even where a template's author forgot.
"""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..core.errors import InvalidInput, SettingError

LINE_LENGTH = 88
_INDENT = "    "
_PYTHON_TYPES = {"text": "str", "integer": "int", "number": "float", "boolean": "bool"}


class Code(str):
    """Python source that a filter vouches for."""

    __slots__ = ()


def _quoted(text: str) -> str:
    """A string literal with the quotes that black prefers."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    body = "".join("\\" + char if char in (quote, "\\") else repr(char)[1:-1] for char in text)
    return quote + body + quote


def literal(value: Any) -> Code:
    """Python literal of a text, number, boolean, or of a list or dictionary of these, on one line."""
    if isinstance(value, bool | int | float):
        return Code(repr(value))
    if isinstance(value, str):
        return Code(_quoted(str(value)))
    if isinstance(value, Mapping):
        return Code("{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}")
    if isinstance(value, list | tuple):
        return Code("[" + ", ".join(literal(item) for item in value) + "]")
    raise TypeError(f"no literal for {type(value).__name__}")


def constant(value: Any, name: str, indent: int = 0) -> Code:
    """The assignment ``NAME = literal``, broken into lines as black breaks it, `indent` columns deep."""
    line = f"{name} = {literal(value)}"
    if indent + _width(line) <= LINE_LENGTH:
        return Code(line)
    margin = " " * indent
    if isinstance(value, Mapping):
        parts = [f"{literal(key)}: {literal(item)}," for key, item in value.items()]
        opening, closing = "{", "}"
    elif isinstance(value, list | tuple):
        parts, opening, closing = [literal(item) + "," for item in value], "[", "]"
    else:
        parts, opening, closing = _pieces(str(value), LINE_LENGTH - indent - len(_INDENT)), "(", ")"
    return Code(
        "\n".join([f"{name} = {opening}", *(f"{margin}{_INDENT}{part}" for part in parts), margin + closing])
    )


def _pieces(text: str, width: int) -> list[str]:
    """Adjacent literals of at most `width` columns that together make `text`."""
    pieces, piece = [], ""
    for char in text:
        if _width(_quoted(piece + char)) > width:
            pieces.append(_quoted(piece))
            piece = ""
        piece += char
    return [*pieces, _quoted(piece)]


def _width(text: str) -> int:
    """Columns as black counts them: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def identifier(value: Any) -> Code:
    """A name as it is. Raises InvalidInput for what is no plain name."""
    if (
        not isinstance(value, str)
        or not value.isidentifier()
        or not value.isascii()
        or keyword.iskeyword(value)
    ):
        raise InvalidInput(f"{value!r} can't be a Python name.")
    return Code(value)


def class_name(value: Any) -> Code:
    """``order_line`` → ``OrderLine``."""
    return identifier("".join(part[:1].upper() + part[1:] for part in str(value).split("_")))


def singular(value: Any) -> str:
    """``categories`` → ``category``, ``boxes`` → ``box``, ``news`` stays ``news``."""
    word = str(value)
    if word.endswith(("news", "series", "ss", "us", "is")) or len(word) < 3:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word.removesuffix("s")


def inverted(groups: Mapping[str, list[str]]) -> dict[str, str]:
    """``{"median": ["a", "b"]}`` → ``{"a": "median", "b": "median"}``."""
    return {item: name for name, items in groups.items() for item in items}


def words(value: Any) -> Code:
    """A checked name as words for prose: ``order_line`` → ``order line``."""
    return Code(identifier(value).replace("_", " ").strip())


def python_type(kind: str) -> Code:
    """The annotation of a record field's kind."""
    return Code(_PYTHON_TYPES[kind])


def _only_code(value: Any) -> Any:
    if not isinstance(value, Code):
        raise TemplateError(
            f"{value!r} must pass a filter such as 'literal' before it is written into the source"
        )
    return value


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The environment that every template is rendered in."""
    env = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=_only_code,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the output is Python, and `finalize` lets nothing unescaped through
    )
    env.filters.update(
        literal=literal,
        constant=constant,
        identifier=identifier,
        class_name=class_name,
        singular=singular,
        inverted=inverted,
        words=words,
        python_type=python_type,
    )
    return env


def render(source: str, variables: dict[str, Any], where: str, *, limit: int = 512 * 1024) -> str:
    """Render one source; `where` names it in errors.

    Raises SettingError where the source is broken or gives more than `limit` characters.
    """
    pieces, left = [], limit
    try:
        for piece in environment().from_string(source).generate(variables):
            pieces.append(piece)
            left -= len(piece)
            if left < 0:
                raise SettingError(f"The template {where} gives more than {limit} characters.")
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise SettingError(f"The template {where} can't be rendered: {error}") from error
    return "".join(pieces)
