"""``%agent artifacts``: the files kept beside the executions; and files as the context of a request."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..client import words
from ..client.outputs import size
from ..core.errors import InvalidInput
from . import render

if TYPE_CHECKING:
    from ..client.api import AgentClient
    from ..client.artifacts import Artifact
    from .options import CommandOptions
    from .session import Session

_ID = "art_"
_UNPACK = "--unpack"
_USAGE = "%agent artifacts [list | show ID | upload [--unpack] FILE … | download ID [FILE] | delete ID]"


def artifacts(session: Session, options: CommandOptions, rest: str) -> None:
    """your files: %agent artifacts [list | show ID | upload [--unpack] FILE … | download ID [FILE] | delete ID]"""
    try:
        name, *arguments = shlex.split(rest) or ["list"]
    except ValueError as error:
        raise InvalidInput(f"The line can't be read: {error}.") from error
    if name not in VERBS:
        raise InvalidInput(f"%agent artifacts does not know {name!r}: {_USAGE}")
    VERBS[name](session, arguments)


def attach(client: AgentClient, named: Sequence[str]) -> list[str]:
    """The ids of what ``--context`` names: files, which are uploaded, and artifacts."""
    known, files = [], []
    for text in named:
        path = Path(text).expanduser()
        if text.startswith(_ID) and not path.exists():
            known.append(_resolved(client, text)["artifact_id"])
        elif path.is_file():
            files.append(path)
        else:
            raise InvalidInput(
                f"--context takes on, off, a file or an artifact's id: there is no file {text!r}.",
                field="--context",
            )
    made = client.artifacts.upload(files) if files else []
    return known + [artifact["artifact_id"] for artifact in made]


def _list(session: Session, arguments: list[str]) -> None:
    _count(arguments, 0, 0)
    page = session.client.artifacts.list(limit=100)
    if not page["artifacts"]:
        session.screen.show(
            render.message("There are no artifacts. Upload with %agent artifacts upload FILE.")
        )
        return
    rows = [
        (one["artifact_id"], one["name"], one["type"], size(one["size"]), one["created_at"][:10])
        for one in page["artifacts"]
    ]
    older = page["total"] - len(rows)
    notes = [f"{older} older."] if older > 0 else []
    session.screen.show(render.table("Artifacts", ["artifact", "name", "type", "size", "made"], rows, notes))


def _show(session: Session, arguments: list[str]) -> None:
    (text,) = _count(arguments, 1, 1)
    found = _resolved(session.client, text)
    rows = [(name, str(value)) for name, value in found.items() if value is not None]
    session.screen.show(render.table(found["name"], [], rows))
    if found["has_thumbnail"]:
        small = session.client.artifacts.thumbnail(found["artifact_id"])
        session.screen.show(render.picture(small, "A notebook shows a small picture of it here."))


def _upload(session: Session, arguments: list[str]) -> None:
    named = [text for text in arguments if text != _UNPACK]
    paths = [Path(text).expanduser() for text in _count(named, 1, 100)]
    made = session.client.artifacts.upload(paths, unpack=_UNPACK in arguments)
    rows = [(one["artifact_id"], one["name"], size(one["size"])) for one in made]
    note = f"Give one to a request with %%agent --context {made[0]['artifact_id']}"
    session.screen.show(render.table("Uploaded", ["artifact", "name", "size"], rows, [note]))


def _download(session: Session, arguments: list[str]) -> None:
    text, *target = _count(arguments, 1, 2)
    found = _resolved(session.client, text)
    path = Path(target[0]).expanduser() if target else Path(found["name"].rpartition("/")[2])
    session.client.artifacts.download(found["artifact_id"], path)
    session.screen.show(render.message(f"Saved as {path}, {size(found['size'])}."))


def _delete(session: Session, arguments: list[str]) -> None:
    (text,) = _count(arguments, 1, 1)
    found = _resolved(session.client, text)
    session.client.artifacts.delete(found["artifact_id"])
    session.screen.show(render.message(f"{found['name']} is deleted."))


VERBS: Mapping[str, Callable[[Session, list[str]], None]] = {
    "list": _list,
    "show": _show,
    "upload": _upload,
    "download": _download,
    "delete": _delete,
}


def _count(arguments: list[str], least: int, most: int) -> list[str]:
    if not least <= len(arguments) <= most:
        raise InvalidInput(f"Write {_USAGE}. Quote a name with spaces.")
    return arguments


def _resolved(client: AgentClient, text: str) -> Artifact:
    """The artifact whose id begins so, with or without the prefix."""
    known = client.artifacts.list(limit=100)["artifacts"]
    found = [one for one in known if one["artifact_id"].removeprefix(_ID).startswith(text.removeprefix(_ID))]
    if len(found) > 1:
        raise InvalidInput(
            f"{text!r} begins the id of {words.count(len(found), 'artifact')}: give more of it."
        )
    return found[0] if found else client.artifacts.get(text)
