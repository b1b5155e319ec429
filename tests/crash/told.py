"""What a client was told, and therefore may rely on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from jupyter_coding_agent.executions.models import FINAL
from tests.crash.scripted import FAILS, LEAVES, LEFT, WAITS
from tests.crash.seen import Seen


@dataclass
class Artifact:
    name: str
    sha256: str
    session: str | None = None
    execution: str | None = None
    old: bool = False


@dataclass
class Message:
    text: str
    pinned: bool


@dataclass
class Session:
    title: str
    messages: dict[str, Message] = field(default_factory=dict)


@dataclass
class Execution:
    prompt: str
    session: str | None = None
    given: tuple[str, ...] = ()
    source: str | None = None
    """What it is a replay of."""
    cancelled: bool = False
    ended: bool = False
    left: bool = False
    """Whether what it left was seen."""
    old: bool = False

    @property
    def kind(self) -> str:
        return self.prompt.partition(" ")[0]


class Told:
    """Kept by operations that were answered, or found to have happened."""

    def __init__(self) -> None:
        self.artifacts: dict[str, Artifact] = {}
        self.sessions: dict[str, Session] = {}
        self.executions: dict[str, Execution] = {}
        self._names = 0

    def name(self, kind: str) -> str:
        """One that nothing else has."""
        self._names += 1
        return f"{kind}{self._names}"

    def waiting(self) -> list[str]:
        """Executions that never end by themselves, and were not cancelled."""
        return [one for one, known in self.executions.items() if known.kind == WAITS and not known.ended]

    def ended(self) -> list[str]:
        """What can be replayed: it has ended, and what it was given is there."""
        return [
            one
            for one, known in self.executions.items()
            if known.ended and known.kind != WAITS and all(given in self.artifacts for given in known.given)
        ]

    def needed(self) -> set[str]:
        """Artifacts that an execution works with or may still work with."""
        return {given for known in self.executions.values() if not known.ended for given in known.given}

    def grow_old(self) -> None:
        """Many days pass."""
        for artifact in self.artifacts.values():
            artifact.old = True
        for execution in self.executions.values():
            execution.old = execution.ended

    def due_artifacts(self) -> set[str]:
        """Those that a cleanup takes: no execution refers to them."""
        given = {one for known in self.executions.values() for one in known.given}
        return {
            one
            for one, known in self.artifacts.items()
            if known.old and one not in given and known.execution not in self.executions
        }

    def due_executions(self) -> set[str]:
        """Those that a cleanup takes: nothing that stays is a replay of them."""
        due = {one for one, known in self.executions.items() if known.old}
        while True:
            kept = {known.source for one, known in self.executions.items() if one not in due} & due
            if not kept:
                return due
            due -= kept  # type: ignore[operator]

    def session_gone(self, session_id: str) -> None:
        del self.sessions[session_id]
        for known in (*self.artifacts.values(), *self.executions.values()):
            if known.session == session_id:
                known.session = None

    def compare(self, seen: Seen) -> None:
        """Everything that was told is there and as told, and there is nothing else."""
        self._compare_executions(seen)
        self._learn_what_was_left(seen)
        found = {
            one: (view["name"], view["sha256"], view["session_id"]) for one, view in seen.artifacts.items()
        }
        told = {one: (known.name, known.sha256, known.session) for one, known in self.artifacts.items()}
        assert found == told, "artifacts are not those that the client was told of"
        assert {one: view["title"] for one, view in seen.sessions.items()} == {
            one: known.title for one, known in self.sessions.items()
        }, "sessions are not those that the client was told of"
        for one, session in self.sessions.items():
            self._compare_messages(one, session, seen)

    def _compare_executions(self, seen: Seen) -> None:
        found = {
            one: (view["prompt"], view["session_id"], view["replay_of"])
            for one, view in seen.executions.items()
        }
        told = {
            one: (known.prompt, known.session, known.source if known.source in self.executions else None)
            for one, known in self.executions.items()
        }
        assert found == told, "executions are not those that the client was told of"
        for one, known in self.executions.items():
            status = seen.executions[one]["status"]
            known.ended = status in FINAL
            if known.cancelled:
                assert status == "cancelled", f"{known.prompt} was cancelled and is {status}"
            elif known.kind == WAITS:
                assert status in ("pending", "running", "failed"), f"{known.prompt} is {status}"
            else:
                # Failed as well where the engine was killed three times under it.
                wanted = ("failed",) if known.kind == FAILS else ("passed", "failed")
                assert status in wanted, f"{known.prompt} is {status}"
                if status == "passed":
                    assert seen.executions[one]["code"] == f"# {known.prompt}\n"

    def _learn_what_was_left(self, seen: Seen) -> None:
        """Outputs are told of by nobody: all of them are there with the result, or none without."""
        wanted = {name: hashlib.sha256(content).hexdigest() for name, content in LEFT.items()}
        for one, known in self.executions.items():
            if known.kind != LEAVES or known.left:
                continue
            views = {
                artifact: view
                for artifact, view in seen.artifacts.items()
                if view["execution_id"] == one and view["type"] == "output"
            }
            left = {view["name"]: view["sha256"] for view in views.values()}
            passed = seen.executions[one]["status"] == "passed"
            assert left == wanted or (not left and not passed), f"{known.prompt} left {sorted(left)}"
            assert len(views) == len(left), f"{known.prompt} left something twice"
            known.left = bool(left)
            for artifact, view in views.items():
                self.artifacts[artifact] = Artifact(view["name"], view["sha256"], known.session, one)

    def _compare_messages(self, session_id: str, session: Session, seen: Seen) -> None:
        shown = seen.sessions[session_id]["messages"]
        notes = {
            view["message_id"]: Message(view["text"], view["pinned"])
            for view in shown
            if view["text"].startswith("note")
        }
        assert notes == session.messages, f"the notes of {session.title} are not those that were told"
        for one, known in self.executions.items():
            if known.session != session_id:
                continue
            roles = [view["role"] for view in shown if view["execution_id"] == one]
            wanted = ["user", "assistant"] if known.ended else ["user"]
            assert roles == wanted, f"{known.prompt} has the messages {roles} in {session.title}"
        dangling = {view["execution_id"] for view in shown} - {None} - self.executions.keys()
        assert not dangling, f"messages of {session.title} name executions that are not there: {dangling}"
