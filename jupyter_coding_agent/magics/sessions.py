"""``%agent sessions``: the conversations that requests belong to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..client import words
from ..core.errors import InvalidInput, NotFound
from . import render
from .options import CommandOptions
from .saving import save
from .session import Session

_SHOWN = 20
_MOST_BYTES = 50 * 1024 * 1024
_SHORT = 12  # characters of a message's id that are shown; its beginning will do
_WHO = {"user": "you", "assistant": "agent", "system": "note"}


def sessions(session: Session, options: CommandOptions, rest: str) -> None:
    """conversations: list, search WORDS, show, new [TITLE], resume S, leave, rename S TITLE, delete S, note TEXT, \
pin M, unpin M, forget M, export [S] [FILE], import FILE (S: id or title; M: a message's id)"""  # fmt: skip
    name, _, rest = rest.strip().partition(" ")
    command = VERBS.get(name or "list")
    if command is None:
        raise InvalidInput(f"%agent sessions does not know {name!r}. It knows {', '.join(VERBS)}.")
    command(session, rest.strip())


def _list(session: Session, rest: str) -> None:
    _listed(
        session, session.client.sessions.list(limit=_SHOWN), "No session yet: %agent sessions new begins one."
    )


def _search(session: Session, rest: str) -> None:
    if not rest:
        raise InvalidInput("Say what to look for: %agent sessions search WORDS.")
    _listed(session, session.client.sessions.list(q=rest, limit=_SHOWN), f"No session has {rest!r} in it.")


def _listed(session: Session, page: Mapping[str, Any], nothing: str) -> None:
    rows = [
        (
            "▸" if found["session_id"] == session.coding_session else "",
            found["session_id"],
            words.shorten(found["title"], 60),
            words.count(found["message_count"], "message"),
            words.shorten(found.get("snippet") or "", 80),
        )
        for found in page["sessions"]
    ]
    if not rows:
        session.screen.show(render.message(nothing))
        return
    more = page["total"] - len(rows)
    notes = [f"{more} more."] if more > 0 else []
    session.screen.show(render.table("Sessions", ["", "session", "title", "", ""], rows, notes))


def _show(session: Session, rest: str) -> None:
    view = session.client.sessions.get(_meant(session, rest), limit=_SHOWN)
    rows = [
        (
            message["message_id"][:_SHORT],
            "pinned" if message["pinned"] else "",
            _WHO[message["role"]],
            words.STATUS.get(message["status"] or "", ""),
            words.shorten(message["text"], 200),
            message["execution_id"] or "",
        )
        for message in view["messages"]
    ]
    older = view["message_count"] - len(rows)
    notes = [f"{view['session_id']}: {words.count(view['message_count'], 'message')}."]
    notes += [f"{older} older."] if older > 0 else []
    columns = ["message", "", "", "", "", "execution"] if rows else []
    session.screen.show(render.table(view["title"], columns, rows, notes))


def _new(session: Session, rest: str) -> None:
    made = session.client.sessions.create(rest or None)
    session.coding_session = made["session_id"]
    _say(session, f"From now on %%agent goes on in {made['session_id']}. %agent sessions leave ends that.")


def _resume(session: Session, rest: str) -> None:
    if not rest:
        raise InvalidInput("Name the session: %agent sessions resume S. %agent sessions lists yours.")
    found = session.client.sessions.find(rest)
    session.coding_session = found["session_id"]
    _say(session, f"From now on %%agent goes on in {found['session_id']}, “{found['title']}”.")


def _leave(session: Session, rest: str) -> None:
    session.coding_session = None
    _say(session, "From now on requests stand alone.")


def _rename(session: Session, rest: str) -> None:
    which, _, title = rest.partition(" ")
    if not title.strip():
        raise InvalidInput("Write %agent sessions rename S TITLE.")
    renamed = session.client.sessions.rename(_meant(session, which), title.strip())
    _say(session, f"{renamed['session_id']} is now “{renamed['title']}”.")


def _delete(session: Session, rest: str) -> None:
    if not rest:
        raise InvalidInput("Name the session: %agent sessions delete S.")
    found = session.client.sessions.find(rest)
    session.client.sessions.delete(found["session_id"])
    if session.coding_session == found["session_id"]:
        session.coding_session = None
    _say(session, f"“{found['title']}” is deleted. Its executions are kept: %agent history.")


def _note(session: Session, rest: str) -> None:
    made = session.client.sessions.add(_meant(session, ""), rest)
    _say(
        session,
        f"Noted as {made['message_id'][:_SHORT]}. %agent sessions pin {made['message_id'][:_SHORT]} keeps it in view.",
    )


def _pin(session: Session, rest: str) -> None:
    name, message = _message(session, rest)
    session.client.sessions.pin(name, message)
    _say(session, f"{message[:_SHORT]} is pinned: models are told of it whole, however old it is.")


def _unpin(session: Session, rest: str) -> None:
    name, message = _message(session, rest)
    session.client.sessions.pin(name, message, False)
    _say(session, f"{message[:_SHORT]} is no longer pinned.")


def _forget(session: Session, rest: str) -> None:
    name, message = _message(session, rest)
    session.client.sessions.remove(name, message)
    _say(session, f"{message[:_SHORT]} is deleted.")


def _export(session: Session, rest: str) -> None:
    first, _, others = rest.partition(" ")
    named = not rest.endswith((".json", ".ipynb")) or bool(others)
    name = _meant(session, first if named else "")
    path = Path((others if named else rest).strip() or f"{name.replace('_', '-')}.json").expanduser()
    save(session.client.sessions.export(name, "ipynb" if path.suffix == ".ipynb" else "json"), path)
    _say(session, f"Saved as {path}.")


def _import(session: Session, rest: str) -> None:
    if not rest:
        raise InvalidInput("Name the file: %agent sessions import FILE, an exported session or a notebook.")
    made = session.client.sessions.take_in(_document(Path(rest).expanduser()))
    _say(
        session,
        f"Imported as {made['session_id']}, “{made['title']}”. To go on in it: "
        f"%agent sessions resume {made['session_id']}",
    )


def _document(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidInput(f"{path} is larger than 50 MiB.")
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidInput(f"{path} can't be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} is not JSON, so it is neither a session nor a notebook.") from error
    if not isinstance(document, dict):
        raise InvalidInput(f"{path} is neither an exported session nor a notebook.")
    return document


def _meant(session: Session, text: str) -> str:
    """The id of the session that `text` stands for; of the one that is gone on with where it is empty."""
    if text:
        return str(session.client.sessions.find(text)["session_id"])
    if session.coding_session is None:
        raise InvalidInput("Name a session, or go on in one first: %agent sessions resume S.")
    return session.coding_session


def _message(session: Session, text: str) -> tuple[str, str]:
    """The session that is gone on with, and the id of its message that begins with `text`."""
    if not text:
        raise InvalidInput("Name the message by the beginning of its id: see %agent sessions show.")
    name, page, found = _meant(session, ""), 1, set[str]()
    while messages := session.client.sessions.get(name, page=page, limit=100)["messages"]:
        ids = [message["message_id"] for message in messages]
        found |= {i for i in ids if i.startswith(text) or i.partition("_")[2].startswith(text)}
        page += 1
    if not found:
        raise NotFound(f"{name} has no message {text!r}: see %agent sessions show.")
    if len(found) > 1:
        raise InvalidInput(f"{text!r} begins the id of {len(found)} messages: give more of it.")
    return name, found.pop()


def _say(session: Session, text: str) -> None:
    session.screen.show(render.message(text))


VERBS: Mapping[str, Callable[[Session, str], None]] = {
    "list": _list,
    "search": _search,
    "show": _show,
    "new": _new,
    "resume": _resume,
    "leave": _leave,
    "rename": _rename,
    "delete": _delete,
    "note": _note,
    "pin": _pin,
    "unpin": _unpin,
    "forget": _forget,
    "export": _export,
    "import": _import,
}
