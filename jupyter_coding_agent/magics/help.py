"""``%agent help``, and what ``%agent?`` and ``%%agent?`` show."""

from __future__ import annotations

import inspect

from ..core.errors import InvalidInput
from . import render
from .options import ASK_OPTIONS, COMMAND_OPTIONS, CommandOptions, describe
from .session import Session

_ASK = "%%agent [options] request"
_ABOUT_IDS = "Where a command takes an ID, its beginning will do; without one, the latest is meant."
_EXAMPLES = (
    "%%agent",
    'Write parse_duration(text), which turns "1h30m" into seconds. parse_duration("2m") == 120',
    "",
    "%%agent --wait --run --context orders.csv",
    "Load orders.csv into a DataFrame called orders.",
    "",
    "%agent diff 1 3",
    "%agent validate --tests 7 6",
    "%agent help replay",
)


def help_(session: Session, options: CommandOptions, rest: str) -> None:
    """this, or all about one command: %agent help [COMMAND]"""
    if rest:
        session.screen.show(render.table(f"%agent {rest}", [], _rows_of(rest)))
        return
    rows = [(_ASK, "ask; the request may go on in the cell")]
    rows += [(f"  {written}", what) for written, what in describe(ASK_OPTIONS)]
    for name in _commands():
        rows += _rows_of(name)
    session.screen.show(render.table("Help", [], rows, [_ABOUT_IDS]))


def ask_text() -> str:
    """What ``%%agent?`` shows."""
    options = [f"  {written:<32} {what}" for written, what in describe(ASK_OPTIONS)]
    return "\n".join(
        ["Ask for code that is proved to run:", "", f"  {_ASK}", "", "Options:", *options, *_examples()]
    )


def command_text() -> str:
    """What ``%agent?`` shows."""
    rows = [f"  {written:<32} {what}" for name in _commands() for written, what in _rows_of(name)]
    return "\n".join(["Everything but asking, which is %%agent:", "", *rows, "", _ABOUT_IDS, *_examples()])


def _examples() -> list[str]:
    return ["", "Examples:", *(f"  {line}".rstrip() for line in _EXAMPLES)]


def _rows_of(name: str) -> list[tuple[str, str]]:
    commands = _commands()
    if name not in commands:
        raise InvalidInput(f"%agent does not know {name!r}: see %agent help.")
    rows = [(f"%agent {name}", inspect.getdoc(commands[name]) or "")]
    return rows + [(f"  {written}", what) for written, what in describe(COMMAND_OPTIONS.get(name, {}))]


def _commands() -> dict[str, object]:
    from .commands import COMMANDS  # which has `help` in it

    return dict(COMMANDS)
