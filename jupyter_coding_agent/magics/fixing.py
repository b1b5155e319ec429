"""``%agent fix``, ``explain`` and ``test``: what can be done about a cell of the user's own."""

from __future__ import annotations

from typing import Any

from ..core.errors import InvalidInput
from . import render
from .artifacts import attach
from .options import AskOptions, CommandOptions
from .own_cell import cell_number
from .own_cells import described, notebook_context, own_cell
from .restoring import redacted
from .runs import Failure
from .session import Session


def fix(session: Session, options: CommandOptions, rest: str) -> None:
    """mend the cell that failed, until it runs: %agent fix [N] [what it should do]; shows the change as a diff"""
    failure = session.kernel.failure()
    number, words = _number_and_words(session, rest)
    if number is None:
        if failure is None:
            raise InvalidInput(
                "No cell has failed, so there is nothing to mend. To have a cell mended all the same, give its "
                "number: %agent fix N"
            )
        number = failure.number
    seen = failure if failure is not None and failure.number == number else None
    cell = own_cell(session.kernel, number)
    what = f", which raises {seen.sentence}" if seen else ""
    request = " ".join([f"Mend {cell.name}{what}.", words]).strip()
    about = {**described(session.kernel, cell), "traceback": _traceback(seen)}
    _send(session, options, request, {"fix": about, "context": notebook_context(session.kernel, cell)})


def test(session: Session, options: CommandOptions, rest: str) -> None:
    """write tests for a cell of your own and run them: %agent test [N] [what matters]; the cell stays as it is"""
    number, words = _number_and_words(session, rest)
    cell = own_cell(session.kernel, number or cell_number(session.kernel.cells(), ""))
    request = " ".join([f"Write tests for {cell.name}.", words]).strip()
    about = described(session.kernel, cell)
    _send(session, options, request, {"own_tests": about, "context": notebook_context(session.kernel, cell)})


def explain(session: Session, options: CommandOptions, rest: str) -> None:
    """what a cell does, or why the last one failed: %agent explain [N] [question]"""
    failure = session.kernel.failure()
    number, words = _number_and_words(session, rest)
    if number is None:
        number = failure.number if failure else cell_number(session.kernel.cells(), "")
    cell = own_cell(session.kernel, number)
    if failure is not None and failure.number == number:
        asked = f"{_told(failure)} Explain why, and what would mend it."
    else:
        asked = "Explain what it does, step by step."
    message = " ".join([f"This is about {cell.name}, the last of the notebook's cells here.", asked, words])
    cells = [redacted(session.kernel.cells()[n]) for n in [*cell.before, number]]
    sent = {
        **notebook_context(session.kernel, cell),
        "notebook": None,
        "cells": [{"source": source} for source in cells],
    }
    body: dict[str, Any] = {"message": message.strip(), "intent": "question", "context": sent}
    if session.coding_session is not None:
        body["session_id"] = session.coding_session
    reply = session.client.chat(body)
    session.coding_session = reply["session_id"]
    session.screen.show(render.answer(reply["reply"], [f"{reply['model']} · {reply['session_id']}"]))


def _send(session: Session, options: CommandOptions, request: str, body: dict[str, Any]) -> None:
    body |= {"prompt": request, "language": "python"}
    if options.attached:
        body["context_artifacts"] = attach(session.client, options.attached)
    live = session.kernel.live() and not options.wait
    session.begin(body, AskOptions(insert=False), live=live)


def _number_and_words(session: Session, rest: str) -> tuple[int | None, str]:
    first, _, others = rest.partition(" ")
    if first.isascii() and first.isdigit():
        return cell_number(session.kernel.cells(), first), others.strip()
    return None, rest


def _traceback(failure: Failure | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {"type": failure.type, "message": failure.message, "frames": failure.frames}


def _told(failure: Failure) -> str:
    lines = [f"{frame['cell']} line {frame['line']}: `{frame['text']}`" for frame in failure.frames]
    return f"It failed with {failure.sentence} The notebook's lines that led there: {'; '.join(lines)}."
