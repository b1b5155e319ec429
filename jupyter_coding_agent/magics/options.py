"""What may stand on the line of a magic. A wrong option is a sentence that names it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..core.errors import InvalidInput

_TOKEN = re.compile(r"\s*(--[^\s=]+)(?:=(\S*))?")
_WORD = re.compile(r"\s*(\S+)")


@dataclass(frozen=True)
class Option:
    """One option: where its value goes, and how the value is read (None: a flag that sets `constant`)."""

    field: str
    help: str
    read: Callable[[str, str], Any] | None = None
    metavar: str = ""
    constant: Any = True


def _choice(*allowed: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if text not in allowed:
            raise InvalidInput(f"{name} takes {_alternatives(allowed)}, not {text!r}.", field=name)
        return text

    return read


def _switch(name: str, text: str) -> bool:
    return _choice("on", "off")(name, text) == "on"


def _text(name: str, text: str) -> str:
    return text


def _number(least: int, most: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise InvalidInput(
                f"{name} takes a whole number from {least} to {most}, not {text!r}.", field=name
            )
        return int(text)

    return read


@dataclass
class AskOptions:
    """The options of ``%%agent``."""

    tier: str | None = None
    template: str | None = None
    language: str | None = None
    context: bool = True
    run: bool = False
    wait: bool = False
    insert: bool = True
    attempts: int = 5
    security: bool = True
    timeout: int | None = None


ASK_OPTIONS: Mapping[str, Option] = {
    "--tier": Option("tier", "which models", _choice("simple", "medium", "complex"), "simple|medium|complex"),
    "--template": Option(
        "template", "start from this template of the library; without a model, it is the answer", _text, "ID"
    ),
    "--lang": Option("language", "the language; found out if not given", _text, "LANGUAGE"),
    "--context": Option("context", "send names and schemas of mentioned variables", _switch, "on|off"),
    "--run": Option("run", "run the validated code here, unless it does more than was asked for"),
    "--wait": Option("wait", "keep the cell busy until the result is there"),
    "--insert": Option("insert", "insert the validated cell below (as it is)"),
    "--no-insert": Option("insert", "only show the result", constant=False),
    "--attempts": Option("attempts", "how often to try", _number(1, 5), "N"),
    "--no-security": Option("security", "leave the security scan out", constant=False),
    "--timeout": Option("timeout", "seconds an attempt's run may take", _number(1, 600), "SECONDS"),
}


@dataclass
class CommandOptions:
    """The options of ``%agent`` commands."""

    partial: bool = False
    tests: int | None = None


COMMAND_OPTIONS: Mapping[str, Mapping[str, Option]] = {
    "insert": {"--partial": Option("partial", "insert code that is not validated, marked as such")},
    "validate": {"--tests": Option("tests", "the cell that holds the tests", _number(1, 10**6), "N")},
}


def parse_ask(line: str) -> tuple[AskOptions, str]:
    """The options at the beginning of the line of ``%%agent``, and the rest of it, word for word."""
    values, rest = _leading(line, ASK_OPTIONS, "%%agent")
    return AskOptions(**values), rest


def parse_command(line: str) -> tuple[str, CommandOptions, str]:
    """The command of ``%agent``, its options, and the rest of the line; without a command: ``help``."""
    match = _WORD.match(line)
    command = match[1] if match else "help"
    rest = line[match.end() :] if match else ""
    values, rest = _leading(rest, COMMAND_OPTIONS.get(command, {}), f"%agent {command}")
    return command, CommandOptions(**values), rest


def _leading(line: str, known: Mapping[str, Option], magic: str) -> tuple[dict[str, Any], str]:
    values: dict[str, Any] = {}
    while match := _TOKEN.match(line):
        name, value = match[1], match[2]
        option = known.get(name)
        if option is None:
            raise _unknown(name, known, magic)
        line = line[match.end() :]
        if option.read is None:
            if value is not None:
                raise InvalidInput(f"{name} takes no value.", field=name)
            values[option.field] = option.constant
            continue
        if value is None:
            word = _WORD.match(line)
            if word is None:
                raise InvalidInput(f"{name} needs a value: {name} {option.metavar}.", field=name)
            value, line = word[1], line[word.end() :]
        values[option.field] = option.read(name, value)
    return values, line.strip()


def _unknown(name: str, known: Mapping[str, Option], magic: str) -> InvalidInput:
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        hint = f"Did you mean {near[0]}?"
    elif known:
        hint = f"It has {', '.join(known)}."
    else:
        hint = "It has no options."
    return InvalidInput(f"{magic} has no option {name}. {hint}", field=name)


def _alternatives(allowed: tuple[str, ...]) -> str:
    return f"{', '.join(allowed[:-1])} or {allowed[-1]}"


def describe(known: Mapping[str, Option]) -> list[tuple[str, str]]:
    """Each option as it is written, and what it does: for ``%agent help``."""
    return [(f"{name} {option.metavar}".strip(), option.help) for name, option in known.items()]
