"""``%agent templates`` and ``%agent generate``."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from ..client import words
from ..client.templates import Template, TemplateVariable
from ..core.errors import InvalidInput
from . import render
from .options import AskOptions, CommandOptions
from .session import Session

_USAGE = "Write %agent generate ID name=value …, e.g. %agent generate rate-limiter calls=10."
_AT_ONCE = 100


def templates(session: Session, options: CommandOptions, rest: str) -> None:
    """the template library, or one of it with its variables: %agent templates [show] [ID]"""
    name = rest.removeprefix("show ").strip()
    if name and name != "show":
        _show(session, session.client.template(name))
        return
    rows, problems = _all(session)
    notes = ["One with its variables: %agent templates ID. Generate: %agent generate ID name=value …"]
    notes += [f"Left out: {problem}" for problem in problems]
    session.screen.show(render.table("Templates", ["id", "category", "uses", "what it does"], rows, notes))


def generate(session: Session, options: CommandOptions, rest: str) -> None:
    """render a template and have it proved: %agent generate ID name=value …; lists are parted by commas"""
    try:
        parts = shlex.split(rest)
    except ValueError as error:
        raise InvalidInput(f"A quote is never closed. {_USAGE}") from error
    if not parts:
        raise InvalidInput(_USAGE)
    template = session.client.template(parts[0])
    known = {variable["name"]: variable for variable in template["variables"]}
    values = dict(_pair(part, known) for part in parts[1:])
    made = session.client.generate(template["id"], values)
    request = f"Template {template['id']}: {template['name']}"
    session.follow(made["execution_id"], request, AskOptions(), live=session.kernel.live())


def _all(session: Session) -> tuple[list[tuple[str, ...]], list[str]]:
    rows: list[tuple[str, ...]] = []
    page = 1
    while True:
        found = session.client.templates(page=page, limit=_AT_ONCE)
        rows += [
            (one["id"], one["category"], str(one["usage_count"]), words.shorten(one["description"], 100))
            for one in found["templates"]
        ]
        page += 1
        if len(rows) >= found["total"] or not found["templates"]:
            return rows, [problem["message"] for problem in found["problems"]]


def _show(session: Session, template: Template) -> None:
    rows = [
        (variable["name"], _type(variable), _written(variable["default"]), variable["description"])
        for variable in template["variables"]
    ]
    files = ", ".join([*template["files"], *template["tests"]])
    notes = [
        f"{template['name']}: {template['description']}",
        f"{template['category']}, {template['language']}, {template['framework']}; gives {files}.",
        f"Generate: %agent generate {template['id']} name=value …",
    ]
    columns = ["variable", "type", "default", "what it is"] if rows else []
    session.screen.show(render.table(template["name"], columns, rows, notes))


def _type(variable: TemplateVariable) -> str:
    rule = variable["rule"]
    kind = f"list of {variable['items']}" if variable["type"] == "list" else variable["type"]
    choices = rule.get("choices") or []
    bounds = [
        f"{word} {rule[key]:g}" for key, word in (("min", "from"), ("max", "to")) if rule.get(key) is not None
    ]
    return " ".join([kind, *(["of " + ", ".join(choices)] if choices else []), *bounds])


def _written(value: Any) -> str:
    if value is None:
        return "(has to be given)"
    return ",".join(value) if isinstance(value, list) else str(value)


def _pair(part: str, known: Mapping[str, TemplateVariable]) -> tuple[str, Any]:
    name, given, text = part.partition("=")
    if not given:
        raise InvalidInput(f"{part!r} has no value. {_USAGE}")
    if name not in known:
        raise InvalidInput(
            f"The template has no variable {name!r}; it has: {', '.join(known) or 'none'}.", field=name
        )
    kind = known[name]["type"]
    read = _READ.get(kind)
    value: Any = read(name, text) if read else text
    return name, value


def _number(name: str, text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise InvalidInput(f"{name} takes a number, not {text!r}.", field=name) from None


def _boolean(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise InvalidInput(f"{name} takes true or false, not {text!r}.", field=name)
    return text.lower() == "true"


def _list(name: str, text: str) -> list[str]:
    return [item.strip() for item in text.split(",")] if text.strip() else []


_READ: Mapping[str, Callable[[str, str], Any]] = {
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "list": _list,
}
