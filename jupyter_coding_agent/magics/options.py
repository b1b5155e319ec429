"""What may stand on the line of a magic. A wrong option is a sentence that names it."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

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
    many: str = ""
    """Where further values go that are neither on nor off, all of them."""
    completes: tuple[str, ...] = ()
    """Which kinds of names (see `ARGUMENTS`) its value may be; words in small letters in `metavar` are values too."""


def _choice(*allowed: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if text not in allowed:
            raise InvalidInput(f"{name} takes {_alternatives(allowed)}, not {text!r}.", field=name)
        return text

    return read


def _switch_or_text(name: str, text: str) -> bool | str:
    return text == "on" if text in ("on", "off") else text


def _trailing_flags(line: str, known: Mapping[str, Option]) -> tuple[dict[str, Any], str]:
    """The flags at the end of a line whose other words are ids, and the line without them."""
    values: dict[str, Any] = {}
    others = line.split()
    while others and (option := known.get(others[-1])) is not None and option.read is None:
        values[option.field] = option.constant
        others.pop()
    return values, " ".join(others)


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
    context: bool | Literal["show"] = True
    """show: only show what would be sent."""
    attached: list[str] = field(default_factory=list)
    run: bool = False
    wait: bool = False
    insert: bool = True
    attempts: int = 5
    security: bool = True
    timeout: int | None = None
    session: str | None = None
    chat: bool = False
    fresh: bool = False
    output: str | None = None


_SESSION = Option(
    "session", "go on in this coding session; new begins one", _text, "ID|TITLE|new", completes=("session",)
)
ASK_OPTIONS: Mapping[str, Option] = {
    "--tier": Option("tier", "which models", _choice("simple", "medium", "complex"), "simple|medium|complex"),
    "--template": Option(
        "template",
        "start from this template of the library; without a model, it is the answer",
        _text,
        "ID",
        completes=("template",),
    ),
    "--lang": Option(
        "language", "the language; found out if not given", _text, "LANGUAGE", completes=("language",)
    ),
    "--context": Option(
        "context",
        "send names and schemas of variables; show: only show what would be sent; or a file to work with, "
        "as often as needed",
        _switch_or_text,
        "on|off|show|FILE|ID",
        many="attached",
        completes=("file", "artifact"),
    ),
    "--run": Option("run", "run the validated code here, unless it does more than was asked for"),
    "--wait": Option("wait", "keep the cell busy until the result is there"),
    "--insert": Option("insert", "insert the validated cell below (as it is)"),
    "--no-insert": Option("insert", "only show the result", constant=False),
    "--attempts": Option("attempts", "how often to try", _number(1, 5), "N"),
    "--no-security": Option("security", "leave the security scan out", constant=False),
    "--timeout": Option("timeout", "seconds an attempt's run may take", _number(1, 600), "SECONDS"),
    "--output": Option(
        "output", "zip: keep the result as an archive too", _choice("snippet", "zip", "pr"), "snippet|zip|pr"
    ),
    "--session": _SESSION,
    "--chat": Option("chat", "talk: a question is answered, a request for code goes on as without it"),
    "--fresh": Option("fresh", "make it anew, even if the same was asked before and has passed"),
}
REPLAY_OPTIONS: Mapping[str, Option] = {
    "--add": Option("prompt_suffix", "words to add to the request", _text, '"WORDS"'),
    "--recorded": Option("recorded", "prove the recorded code and tests again, without any model"),
    "--tier": Option("tier", "other models", _choice("simple", "medium", "complex"), "simple|medium|complex"),
    "--template": Option("template_id", "answer from this template", _text, "ID", completes=("template",)),
    "--lang": Option("language", "another language", _text, "LANGUAGE", completes=("language",)),
    "--attempts": Option("max_attempts", "how often to try", _number(1, 5), "N"),
    "--no-security": Option("enable_security_scan", "leave the security scan out", constant=False),
    "--timeout": Option("timeout_seconds", "seconds an attempt's run may take", _number(1, 600), "SECONDS"),
}
"""They may stand behind the ID, and take values in quotes."""


@dataclass
class CommandOptions:
    """The options of ``%agent`` commands."""

    partial: bool = False
    tests: int | None = None
    repair: bool = False
    dry_run: bool = False
    session: str | None = None
    attached: list[str] = field(default_factory=list)
    context: bool = False
    wait: bool = False


_OWN_CELL: Mapping[str, Option] = {
    "--wait": Option("wait", "keep the cell busy until the result is there"),
    "--context": Option(
        "attached",
        "a file that the cell works with, as often as needed",
        _text,
        "FILE|ID",
        many="attached",
        completes=("file", "artifact"),
    ),
}
COMMAND_OPTIONS: Mapping[str, Mapping[str, Option]] = {
    "chat": {"--session": _SESSION},
    "show": {"--context": Option("context", "what was sent about the notebook, as it was sent")},
    "doctor": {"--repair": Option("repair", "find what is damaged in the stored data and mend it")},
    "cleanup": {"--dry-run": Option("dry_run", "only say what would go")},
    "insert": {"--partial": Option("partial", "insert code that is not validated, marked as such")},
    "prove": {
        "--context": Option(
            "attached",
            "a file that the notebook reads, as often as needed",
            _text,
            "FILE|ID",
            many="attached",
        )
    },
    "validate": {"--tests": Option("tests", "the cell that holds the tests", _number(1, 10**6), "N")},
    "replay": REPLAY_OPTIONS,
    "fix": _OWN_CELL,
    "test": _OWN_CELL,
}


ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "show": ("execution",),
    "diff": ("execution",),
    "insert": ("execution",),
    "zip": ("execution", "file"),
    "cancel": ("execution",),
    "retry": ("execution",),
    "security": ("execution",),
    "approve": ("execution",),
    "replay": ("execution",),
    "templates": ("template",),
    "generate": ("template",),
    "artifacts": ("artifact verb", "artifact", "file"),
    "sessions": ("session verb", "session", "file"),
    "verify": ("file",),
    "prove": ("file",),
    "help": ("command",),
}
"""Which kinds of names the words of a command's line may be: what Tab offers there."""


def parse_ask(line: str) -> tuple[AskOptions, str]:
    """The options at the beginning of the line of ``%%agent``, and the rest of it, word for word."""
    values, rest = _leading(line, ASK_OPTIONS, "%%agent")
    return AskOptions(**values), rest


def parse_command(line: str) -> tuple[str, CommandOptions, str]:
    """The command of ``%agent``, its options, and the rest of the line; without a command: ``help``."""
    match = _WORD.match(line)
    command = match[1] if match else "help"
    rest = line[match.end() :] if match else ""
    if command == "replay":
        # Its line is read by `parse_replay`.
        return command, CommandOptions(), rest.strip()
    known = COMMAND_OPTIONS.get(command, {})
    values, rest = _leading(rest, known, f"%agent {command}")
    if command == "show":
        behind, rest = _trailing_flags(rest, known)
        values |= behind
    return command, CommandOptions(**values), rest


def parse_replay(line: str) -> tuple[dict[str, Any], list[str]]:
    """The options wherever they stand, by the names that the engine has for them, and the other words."""
    try:
        words = iter(shlex.split(line))
    except ValueError:
        raise InvalidInput("A quotation mark is not closed.", field="--add") from None
    values: dict[str, Any] = {}
    others: list[str] = []
    for word in words:
        if not word.startswith("--"):
            others.append(word)
            continue
        name, given, value = word.partition("=")
        option = REPLAY_OPTIONS.get(name)
        if option is None:
            raise _unknown(name, REPLAY_OPTIONS, "%agent replay")
        if option.read is None:
            if given:
                raise InvalidInput(f"{name} takes no value.", field=name)
            values[option.field] = option.constant
            continue
        text = value if given else next(words, None)
        if not text:
            raise InvalidInput(f"{name} needs a value: {name} {option.metavar}.", field=name)
        values[option.field] = option.read(name, text)
    return values, others


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
        read = option.read(name, value)
        if option.many and read not in (True, False, "show"):
            values.setdefault(option.many, []).append(read)
        else:
            values[option.field] = read
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
