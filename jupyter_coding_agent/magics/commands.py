"""What ``%agent`` can do."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..client import words
from ..core.errors import AgentError, InvalidInput
from . import own_cell, render, sent, templates
from .artifacts import artifacts
from .chat import chat
from .options import ASK_OPTIONS, COMMAND_OPTIONS, CommandOptions, describe, parse_replay
from .prove import prove
from .receipts import keep, verify
from .saving import save
from .screen import Bundle
from .session import Session
from .sessions import sessions

Command = Callable[[Session, CommandOptions, str], None]
_SHELL_LINE = ("%", "!", "?")


def status(session: Session, options: CommandOptions, rest: str) -> None:
    """what runs now, and where the engine is"""
    rows = [
        (execution["execution_id"], words.STATUS[state], words.shorten(execution.get("prompt") or "", 60))
        for state in ("running", "pending")
        for execution in session.client.executions(status=state)["executions"]
    ]
    where = session.client.endpoint
    place = f"socket {where.socket}" if where.kind == "socket" else f"Jupyter server at {where.base_url}"
    notes = [f"Engine: {place}"] + ([] if rows else ["Nothing runs."])
    columns = ["execution", "status", "request"] if rows else []
    session.screen.show(render.table("Status", columns, rows, notes))


def models(session: Session, options: CommandOptions, rest: str) -> None:
    """the models of each tier, in the order in which they are tried"""
    rows = [
        (tier["tier"], model["model"], words.mark(model["available"]), model.get("reason") or "")
        for tier in session.client.models()
        for model in tier["models"]
    ]
    session.screen.show(render.table("Models", ["tier", "model", "", "why"], rows))


def history(session: Session, options: CommandOptions, rest: str) -> None:
    """your latest requests and what became of them"""
    page = session.client.executions(limit=20)
    rows = [
        (
            execution["execution_id"],
            words.STATUS.get(execution["status"], execution["status"]),
            "" if execution.get("quality_score") is None else f"{execution['quality_score']:g}",
            words.shorten(execution.get("prompt") or "", 60),
        )
        for execution in page["executions"]
    ]
    older = page["total"] - len(rows)
    notes = [f"{older} older."] if older > 0 else []
    if not rows:
        session.screen.show(
            render.message("Nothing has been asked yet. Ask with a cell that begins with %%agent.")
        )
        return
    session.screen.show(render.table("History", ["execution", "status", "quality", "request"], rows, notes))


def show(session: Session, options: CommandOptions, rest: str) -> None:
    """a result in full, or what was sent for it: %agent show [ID] [--context]"""
    execution_id = session.resolve(rest)
    if options.context:
        what = session.client.sent(execution_id)
        files = [f"artifact {name}" for name in what["context_artifacts"]]
        session.screen.show(sent.shown(what, f"Sent with {execution_id}", files))
    else:
        session.screen.show(render.result(session.result(execution_id)))


def diff(session: Session, options: CommandOptions, rest: str) -> None:
    """what an attempt changed: %agent diff [ID] [FROM TO], or what another execution came to: %agent diff ID ID"""
    parts = rest.split()
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 3]
    names = [part for part in parts if not (part.isascii() and part.isdigit() and len(part) < 3)]
    if len(names) == 2 and not numbers:
        _diff_of_two(session, session.resolve(names[0]), session.resolve(names[1]))
        return
    if len(numbers) not in (0, 2) or len(names) > 1:
        raise InvalidInput("Write %agent diff [ID] [FROM TO], e.g. %agent diff 1 3, or %agent diff ID ID.")
    execution_id = session.resolve(names[0] if names else "")
    made = session.client.attempts(execution_id)
    if not numbers and len(made) < 2:
        text = f"{execution_id} has {words.count(len(made), 'attempt')}, so there is nothing to compare."
        session.screen.show(render.message(text))
        return
    first, second = numbers or (made[-2]["number"], made[-1]["number"])
    text = session.client.diff(execution_id, first, second)["unified_diff"]
    about = f"{execution_id}, attempt {first} to {second}"
    session.screen.show(render.diff(text or "No difference.", about))


def _diff_of_two(session: Session, first: str, second: str) -> None:
    text = session.client.diff(first, with_execution=second)["unified_diff"]
    session.screen.show(render.diff(text or "No difference.", f"{first} to {second}, tests included"))


def validate(session: Session, options: CommandOptions, rest: str) -> None:
    """prove a cell of your own: %agent validate [--tests M] [N]; without N, the last one that ran"""
    cells = session.kernel.cells()
    number = _cell_number(cells, rest)
    tests = cells[_cell_number(cells, str(options.tests))] if options.tests is not None else None
    case = own_cell.case(cells, number, session.kernel.namespace(), session.kernel.hidden(), tests)
    area = session.screen.area(render.message(f"{case.name}: running in the sandbox …"))
    try:
        verdict = session.client.validate(case.request)
    except KeyboardInterrupt:
        area.finish(render.message("Interrupted: not judged.", tone="warn"))
    except AgentError as problem:
        area.finish(render.error(problem))
    else:
        area.finish(render.result(own_cell.report(case, verdict)))
        keep(session, case.source, {**verdict, "files": case.request["files"]})


def insert(session: Session, options: CommandOptions, rest: str) -> None:
    """put a validated cell below: %agent insert [--partial] [ID]"""
    session.insert(session.result(session.resolve(rest)), partial=options.partial)


def zip_(session: Session, options: CommandOptions, rest: str) -> None:
    """save a result with its tests, a README and the receipt: %agent zip [ID] [FILE]"""
    first, _, others = rest.partition(" ")
    named = first.startswith("exe_")
    execution_id = session.resolve(first if named else "")
    path = Path((others if named else rest).strip() or f"{execution_id.replace('_', '-')}.zip").expanduser()
    save(session.client.archive(execution_id), path)
    text = f"Saved as {path}. Unpack it anywhere and run python -m pytest."
    if session.client.get(execution_id)["status"] != "passed":
        session.screen.show(render.message(f"{text} The code is not validated.", tone="warn"))
    else:
        session.screen.show(render.message(text))


def cancel(session: Session, options: CommandOptions, rest: str) -> None:
    """stop an execution"""
    execution_id = session.resolve(rest)
    state = session.client.cancel(execution_id)
    session.screen.show(render.message(f"{execution_id}: {words.STATUS.get(state, state)}."))


def retry(session: Session, options: CommandOptions, rest: str) -> None:
    """ask again: %agent retry [ID] [other request]"""
    first, _, others = rest.partition(" ")
    if first.startswith("exe_"):
        session.retry(session.resolve(first), others.strip() or None)
    else:
        session.retry(session.resolve(""), rest.strip() or None)


def replay(session: Session, options: CommandOptions, rest: str) -> None:
    """carry it out again as it was, by the same models: %agent replay [ID] [--add "WORDS"] [--recorded] [options]"""
    values, words_ = parse_replay(rest)
    recorded = bool(values.pop("recorded", False))
    session.replay(session.resolve(" ".join(words_)), values, recorded=recorded)


def doctor(session: Session, options: CommandOptions, rest: str) -> None:
    """what is there, what is missing, and how to get it"""
    if options.repair:
        session.screen.show(_repaired(session.client.repair()))
        return
    health = session.client.health()
    rows = [
        (words.mark(check["state"] == "ok"), name, check["state"], check["sentence"], check.get("fix") or "")
        for name, check in health["checks"].items()
    ]
    notes = [f"Coding agent {health['version']}: {health['status']}. More: jupyter coding-agent doctor"]
    session.screen.show(render.table("Doctor", ["", "part", "state", "", "what to do"], rows, notes))


def limits(session: Session, options: CommandOptions, rest: str) -> None:
    """your tier, the administrator's rules, and what is left of your quota"""
    session.screen.show(render.table("Limits", [], words.limit_rows(session.client.limits())))


def cleanup(session: Session, options: CommandOptions, rest: str) -> None:
    """remove what is kept no longer, as happens once a day: %agent cleanup [--dry-run]"""
    report = session.client.cleanup(dry_run=options.dry_run)
    went = words.cleaned_up(report)
    sentences = [f"{went.capitalize()}." if went else "Nothing has expired.", *report["problems"]]
    session.screen.show(render.message(" ".join(sentences), tone="warn" if report["problems"] else "info"))


def help_(session: Session, options: CommandOptions, rest: str) -> None:
    """this"""
    rows = [("%%agent [options] request", "ask; the request may go on in the cell")]
    rows += [(f"  {written}", what) for written, what in describe(ASK_OPTIONS)]
    for name, command in COMMANDS.items():
        rows.append((f"%agent {name}", inspect.getdoc(command) or ""))
        rows += [(f"  {written}", what) for written, what in describe(COMMAND_OPTIONS.get(name, {}))]
    notes = ["Where a command takes an ID, its beginning will do; without one, the latest is meant."]
    session.screen.show(render.table("Help", [], rows, notes))


COMMANDS: Mapping[str, Command] = {
    "status": status,
    "models": models,
    "history": history,
    "show": show,
    "diff": diff,
    "validate": validate,
    "prove": prove,
    "insert": insert,
    "zip": zip_,
    "verify": verify,
    "artifacts": artifacts,
    "cancel": cancel,
    "retry": retry,
    "templates": templates.templates,
    "generate": templates.generate,
    "chat": chat,
    "sessions": sessions,
    "replay": replay,
    "doctor": doctor,
    "limits": limits,
    "cleanup": cleanup,
    "help": help_,
}


def _repaired(report: Mapping[str, Any]) -> Bundle:
    rows = [
        (words.mark(damage["mended"]), damage["part"], str(damage["items"]), damage["sentence"])
        for damage in report["damages"]
    ]
    if not rows:
        return render.message("Nothing is damaged.")
    return render.table("Repair", ["mended", "part", "items", "what"], rows)


def _cell_number(cells: Any, text: str) -> int:
    """The number of the cell meant by `text`, or of the last one that holds code of the user's."""
    if text:
        if not (text.isascii() and text.isdigit() and 0 < int(text) < len(cells)):
            raise InvalidInput(f"There is no cell In [{text}]: give the number of a cell that has run.")
        return int(text)
    for number in range(len(cells) - 1, 0, -1):
        lines = [line for line in cells[number].splitlines() if line.strip()]
        if (
            lines
            and not lines[0].startswith("%%")
            and not all(line.startswith(_SHELL_LINE) for line in lines)
        ):
            return number
    raise InvalidInput("No cell has run yet that could be validated.")
