"""What Tab offers on the lines of ``%agent`` and ``%%agent``. It never holds up who types."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import AgentError
from .options import ARGUMENTS, ASK_OPTIONS, COMMAND_OPTIONS, Option

if TYPE_CHECKING:
    from ..client.api import AgentClient

WAIT_SECONDS = 0.15
"""How long Tab waits for ids that are not known yet; what comes later is there for the next Tab."""
FRESH_SECONDS = 2.0
_MAGIC = re.compile(r"\s*(%%?)agent\s+")
_NAME = re.compile(r"[^\W\d]\w*$")
_AT_ONCE = 50
_MOST_FILES = 200
LANGUAGES = ("python",)


@dataclass
class _Names:
    """Names of one kind: what was heard last, and whether anybody is asking."""

    names: list[str] = field(default_factory=list)
    asked_at: float = float("-inf")
    asking: threading.Thread | None = None


class Known:
    """Ids of what the engine keeps, asked for in the background.

    Nothing is asked before the kernel has spoken to an engine: Tab must not start one.
    """

    def __init__(self, client: AgentClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._kinds: dict[str, _Names] = {}
        self._ask: Mapping[str, Callable[[], Iterable[str]]] = {
            "execution": lambda: _each(client.executions(limit=_AT_ONCE)["executions"], "execution_id"),
            "artifact": lambda: _each(client.artifacts.list(limit=_AT_ONCE)["artifacts"], "artifact_id"),
            "session": lambda: _each(client.sessions.list(limit=_AT_ONCE)["sessions"], "session_id"),
            "template": lambda: _each(client.templates(limit=_AT_ONCE)["templates"], "id"),
        }

    def names(self, kind: str) -> list[str]:
        """The newest first; what is known, where the engine takes longer than `WAIT_SECONDS`."""
        if kind not in self._ask or not self._client.connected:
            return []
        known = self._kinds.setdefault(kind, _Names())
        asking = known.asking
        if asking is None or not asking.is_alive():
            if self._clock() - known.asked_at < FRESH_SECONDS:
                return known.names
            asking = known.asking = threading.Thread(target=self._refresh, args=(kind, known), daemon=True)
            asking.start()
        asking.join(WAIT_SECONDS)
        return known.names

    def _refresh(self, kind: str, known: _Names) -> None:
        try:
            known.names = [*self._ask[kind]()]
        except AgentError:
            # Tab is no place for errors; the command itself says what is wrong.
            return
        known.asked_at = self._clock()


def offers(line: str, known: Known | None) -> tuple[str, list[str]]:
    """The word that the cursor is at the end of, and what it may become; `line` ends at the cursor."""
    magic = _MAGIC.match(line)
    if magic is None:
        return "", []
    words = line[magic.end() :].split()
    last = "" if line[-1:].isspace() else words.pop() if words else ""
    if magic[1] == "%%":
        return _word(last, _after_options(words, last, ASK_OPTIONS, known, leading=True))
    if not words:
        return _word(last, _commands())
    command, *words = words
    options = COMMAND_OPTIONS.get(command, {})
    return _word(
        last, [*_after_options(words, last, options, known), *_arguments(command, words, last, known)]
    )


def mentionable(line: str, namespace: Iterable[str], hidden: Container[str]) -> tuple[str, list[str]]:
    """The word at the end of a request's line, and the user's variables that it may become."""
    found = _NAME.search(line)
    word = found[0] if found else ""
    if not word or word.startswith("_"):
        return word, []
    return word, sorted(name for name in namespace if name.startswith(word) and name not in hidden)


def _word(last: str, names: Iterable[str]) -> tuple[str, list[str]]:
    # Of --tier=simple only the value is the word.
    word = last.partition("=")[2] if last.startswith("--") and "=" in last else last
    return word, [name for name in dict.fromkeys(names) if name.startswith(word)]


def _after_options(
    words: list[str], last: str, options: Mapping[str, Option], known: Known | None, *, leading: bool = False
) -> list[str]:
    """The options, or the values of the one that waits for its value. `leading`: none behind other words."""
    name, given, _ = last.partition("=")
    if given and name in options:
        return _values(options[name], last[len(name) + 1 :], known)
    waiting: Option | None = None
    for word in words:
        option = options.get(word.partition("=")[0])
        if waiting is not None:
            waiting = None
        elif option is not None:
            waiting = option if option.read is not None and "=" not in word else None
        elif leading:
            return []
    return [*options] if waiting is None else _values(waiting, last, known)


def _values(option: Option, last: str, known: Known | None) -> list[str]:
    written = [value for value in option.metavar.split("|") if value.islower()]
    return [*written, *_named(option.completes, last, known)]


def _arguments(command: str, words: list[str], last: str, known: Known | None) -> list[str]:
    if last.startswith("-"):
        return []
    kinds = ARGUMENTS.get(command, ())
    verbs = [kind for kind in kinds if kind.endswith(" verb")]
    if verbs and not words:
        return _named(verbs, last, known)
    return _named([kind for kind in kinds if kind not in verbs], last, known)


def _named(kinds: Iterable[str], last: str, known: Known | None) -> list[str]:
    found: list[str] = []
    for kind in kinds:
        if kind in _HERE:
            found += _HERE[kind](last)
        elif known is not None:
            found += known.names(kind)
    return found


def _files(begun: str) -> list[str]:
    """Paths as they were begun; folders end in a slash. Hidden ones only where a dot was typed."""
    folder, slash, name = begun.rpartition("/")
    try:
        inside = Path(folder + slash).expanduser() if slash else Path()
        entries = [entry for entry in inside.iterdir() if entry.name.startswith(name)][:_MOST_FILES]
        return sorted(
            f"{folder}{slash}{entry.name}{'/' if entry.is_dir() else ''}"
            for entry in entries
            if name.startswith(".") or not entry.name.startswith(".")
            if " " not in entry.name
        )
    except (OSError, RuntimeError):
        return []


def _commands(_begun: str = "") -> list[str]:
    from .commands import COMMANDS

    return [*COMMANDS]


def _artifact_verbs(_begun: str) -> list[str]:
    from .artifacts import VERBS

    return [*VERBS]


def _session_verbs(_begun: str) -> list[str]:
    from .sessions import VERBS

    return [*VERBS]


def _each(rows: Iterable[Mapping[str, object]], name: str) -> list[str]:
    return [str(row[name]) for row in rows]


_HERE: Mapping[str, Callable[[str], list[str]]] = {
    "file": _files,
    "command": _commands,
    "language": lambda _begun: [*LANGUAGES],
    "artifact verb": _artifact_verbs,
    "session verb": _session_verbs,
}
"""Kinds of names that need no engine."""
