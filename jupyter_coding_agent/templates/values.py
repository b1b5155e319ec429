"""Values given for a template's variables: checked, and made what the sources expect."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from typing import Any, NoReturn, cast

from ..core.errors import InvalidInput
from .models import Manifest, RecordField, Value, Variable

MAX_TEXT = 200
MAX_ITEMS = 50
MAX_NUMBER = 1e18
MAX_SENTENCES = 10
_KINDS = ("text", "integer", "number", "boolean")


def checked(manifest: Manifest, given: Mapping[str, Any]) -> dict[str, Value]:
    """Every variable's value, given or default.

    Raises:
        InvalidInput: a sentence for each variable that is unknown, missing, or whose value does not keep to its
            rule; its field is the first of them.
    """
    known = {variable.name: variable for variable in manifest.variables}
    names = ", ".join(known) or "none"
    wrong = [
        InvalidInput(
            f"The template has no variable {name[:MAX_TEXT]!r}; it has: {names}.", field=name[:MAX_TEXT]
        )
        for name in given
        if name not in known
    ]
    values: dict[str, Value] = {}
    for name, variable in known.items():
        try:
            values[name] = _value(variable, given.get(name, variable.default))
        except InvalidInput as error:
            wrong.append(error)
    if not wrong:
        for group in manifest.distinct:
            _distinct(group, values)
        return values
    sentences = " ".join(error.message for error in wrong[:MAX_SENTENCES])
    raise InvalidInput(sentences, field=wrong[0].field)


def for_source(manifest: Manifest, values: Mapping[str, Value]) -> dict[str, Any]:
    """The values as the sources see them: items of type ``field`` become RecordFields."""
    lists_of_fields = {variable.name for variable in manifest.variables if variable.items == "field"}
    return {
        name: [_field(item) for item in cast("list[str]", value)] if name in lists_of_fields else value
        for name, value in values.items()
    }


def _field(item: str) -> RecordField:
    name, _, kind = item.partition(":")
    return RecordField(name, cast("Any", kind or "text"))


def _fail(variable: Variable, must: str) -> NoReturn:
    raise InvalidInput(f"The variable {variable.name!r} must {must}.", field=variable.name)


def _value(variable: Variable, value: Any) -> Value:
    if value is None and variable.default is None:
        _fail(variable, "be given: it has no default")
    match variable.type:
        case "boolean":
            return value if isinstance(value, bool) else _fail(variable, "be true or false")
        case "integer" | "number":
            return _number(variable, value)
        case "list":
            return _list(variable, value)
        case _:
            text = _text(variable, variable.type, value)
            _bounded(variable, len(text), "characters")
            return text


def _number(variable: Variable, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MAX_NUMBER:
        _fail(variable, "be a number")
    if variable.type == "integer" and value != int(value):
        _fail(variable, "be a whole number")
    number = int(value) if variable.type == "integer" else value
    _bounded(variable, number, "")
    return number


def _list(variable: Variable, value: Any) -> list[str]:
    if not isinstance(value, list):
        _fail(variable, "be a list")
    if len(value) > MAX_ITEMS:
        _fail(variable, f"have at most {MAX_ITEMS} items")
    _bounded(variable, len(value), "items")
    items = [_text(variable, variable.items, item) for item in value]
    names = [item.partition(":")[0] for item in items] if variable.items == "field" else items
    if len(set(names)) != len(names):
        _fail(variable, "not name anything twice")
    return items


def _text(variable: Variable, kind: str, value: Any) -> str:
    if not isinstance(value, str):
        _fail(variable, "be text" if variable.type != "list" else "hold texts only")
    if not value or len(value) > MAX_TEXT:
        _fail(variable, f"be 1 to {MAX_TEXT} characters long")
    if not value.isprintable():
        _fail(variable, "hold printable characters on one line only")
    if kind == "choice" and value not in variable.rule.choices:
        _fail(variable, f"be one of {', '.join(variable.rule.choices)}, not {value!r}")
    if kind == "field":
        name, colon, field_kind = value.partition(":")
        if colon and field_kind not in _KINDS:
            _fail(
                variable,
                f"give each field as name or name:kind with a kind of {', '.join(_KINDS)}, not {value!r}",
            )
        _name(variable, name)
    if kind == "identifier":
        _name(variable, value)
    text = value.partition(":")[0] if kind == "field" else value
    if variable.rule.pattern is not None and not re.fullmatch(variable.rule.pattern, text):
        _fail(variable, f"be {variable.rule.says or 'text like ' + variable.rule.pattern}, not {text!r}")
    return value


def _name(variable: Variable, text: str) -> None:
    if not text.isascii() or not text.isidentifier():
        _fail(variable, f"be a name of letters, digits and underscores, not {text!r}")
    if keyword.iskeyword(text) or keyword.issoftkeyword(text):
        _fail(variable, f"not be a word that Python reserves, such as {text!r}")


def _bounded(variable: Variable, size: float, unit: str) -> None:
    least, most = variable.rule.min, variable.rule.max
    if (least is not None and size < least) or (most is not None and size > most):
        bounds = " and ".join(
            f"{word} {bound:g}"
            for word, bound in (("at least", least), ("at most", most))
            if bound is not None
        )
        _fail(variable, f"have {bounds} {unit}" if unit else f"be {bounds}")


def _distinct(group: list[str], values: Mapping[str, Value]) -> None:
    seen: dict[str, str] = {}
    for name in group:
        value = values[name]
        for item in value if isinstance(value, list) else [str(value)]:
            if item in seen:
                raise InvalidInput(f"{item!r} can't be in both {seen[item]!r} and {name!r}.", field=name)
            seen[item] = name
