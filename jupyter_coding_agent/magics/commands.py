"""What ``%agent`` can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ..client import words
from ..core.errors import AgentError, InvalidInput
from . import engine, own_cell, panels, render, sent, templates
from .approving import approve
from .artifacts import artifacts
from .chat import chat
from .fixing import explain, fix, test
from .help import help_
from .options import CommandOptions, parse_replay
from .prove import prove
from .receipts import keep, verify
from .saving import save
from .security import security
from .session import Session
from .sessions import sessions

Command = Callable[[Session, CommandOptions, str], None]


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
    shown = render.diff(text or "No difference.", about)
    if session.kernel.panels():
        every = [attempt["number"] for attempt in made]
        shown |= panels.diff(session.client, execution_id, every, (first, second), text).view
    session.screen.show(shown)


def _diff_of_two(session: Session, first: str, second: str) -> None:
    text = session.client.diff(first, with_execution=second)["unified_diff"]
    session.screen.show(render.diff(text or "No difference.", f"{first} to {second}, tests included"))


def validate(session: Session, options: CommandOptions, rest: str) -> None:
    """prove a cell of your own: %agent validate [--tests M] [N]; without N, the last one that ran"""
    cells = session.kernel.cells()
    number = own_cell.cell_number(cells, rest)
    tests = cells[own_cell.cell_number(cells, str(options.tests))] if options.tests is not None else None
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


COMMANDS: Mapping[str, Command] = {
    "status": engine.status,
    "models": engine.models,
    "history": history,
    "show": show,
    "diff": diff,
    "validate": validate,
    "prove": prove,
    "fix": fix,
    "test": test,
    "explain": explain,
    "insert": insert,
    "zip": zip_,
    "verify": verify,
    "artifacts": artifacts,
    "cancel": cancel,
    "retry": retry,
    "approve": approve,
    "security": security,
    "templates": templates.templates,
    "generate": templates.generate,
    "chat": chat,
    "sessions": sessions,
    "replay": replay,
    "doctor": engine.doctor,
    "limits": engine.limits,
    "config": engine.config,
    "cleanup": engine.cleanup,
    "help": help_,
}
