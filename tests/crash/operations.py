"""What a client does. Each knows what its answer means, and where there was none, how to tell whether it happened."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from tests.crash.engine import CrashingEngine
from tests.crash.seen import Seen
from tests.crash.told import Artifact, Execution, Message, Session, Told

BOUNDARY = "boundary-of-the-crash-test"


class Operation(Protocol):
    """One request."""

    def send(self, engine: CrashingEngine) -> httpx.Response:
        """Raises Killed."""

    def answered(self, told: Told, answer: httpx.Response) -> None:
        """The engine has said what came of it."""

    def broken_off(self, told: Told, seen: Seen) -> None:
        """There was no answer: if `seen` shows a part of it, all of it has happened, else nothing."""


def expect(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json() if answer.content else None


@dataclass
class Upload:
    """Files, or one ZIP of them; killed when `cut` of the body's bytes, from 0 to 1, were sent."""

    files: Mapping[str, bytes] = field(repr=False)
    names: tuple[str, ...] = field(init=False)
    session: str | None = None
    zipped: bool = False
    cut: float | None = None

    def __post_init__(self) -> None:
        self.names = tuple(self.files)

    def send(self, engine: CrashingEngine) -> httpx.Response:
        body = self._body()

        def pieces() -> Iterator[bytes]:
            if self.cut is None:
                yield body
                return
            sent = int(len(body) * self.cut)
            yield body[:sent]
            engine.kill()
            yield body[sent:]

        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(len(body)),
        }
        return engine.ask("POST", "/artifacts/upload", content=pieces(), headers=headers)

    def answered(self, told: Told, answer: httpx.Response) -> None:
        views = expect(answer, 201)["artifacts"]
        assert {view["name"] for view in views} == self.files.keys()
        self._keep(told, {view["name"]: view["artifact_id"] for view in views})

    def broken_off(self, told: Told, seen: Seen) -> None:
        ids = {name: one for name in self.files if (one := seen.artifact_named(name)) is not None}
        if not ids:
            return
        assert self.cut is None or self.cut == 1, "an upload is there whose body was never sent to its end"
        assert ids.keys() == self.files.keys(), f"of an upload of several files only {sorted(ids)} are there"
        self._keep(told, ids)

    def _keep(self, told: Told, ids: Mapping[str, str]) -> None:
        for name, content in self.files.items():
            told.artifacts[ids[name]] = Artifact(name, hashlib.sha256(content).hexdigest(), self.session)

    def _body(self) -> bytes:
        fields = {"unpack": "true"} if self.zipped else {}
        fields |= {"session_id": self.session} if self.session else {}
        files = {"bundle.zip": zipped(self.files)} if self.zipped else self.files
        parts = [_part(f'name="{name}"', value.encode()) for name, value in fields.items()]
        parts += [_part(f'name="file"; filename="{name}"', content) for name, content in files.items()]
        return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _part(names: str, content: bytes) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {names}\r\n\r\n".encode() + content + b"\r\n"


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@dataclass
class DeleteArtifact:
    artifact: str

    def send(self, engine: CrashingEngine) -> httpx.Response:
        return engine.ask("DELETE", f"/artifacts/{self.artifact}")

    def answered(self, told: Told, answer: httpx.Response) -> None:
        if answer.status_code == 409 and self.artifact in told.needed():
            return
        expect(answer, 204)
        del told.artifacts[self.artifact]

    def broken_off(self, told: Told, seen: Seen) -> None:
        if self.artifact not in seen.artifacts:
            del told.artifacts[self.artifact]


@dataclass
class CreateSession:
    title: str

    def send(self, engine: CrashingEngine) -> httpx.Response:
        return engine.ask("POST", "/sessions", json={"title": self.title})

    def answered(self, told: Told, answer: httpx.Response) -> None:
        told.sessions[expect(answer, 201)["session_id"]] = Session(self.title)

    def broken_off(self, told: Told, seen: Seen) -> None:
        for one, view in seen.sessions.items():
            if view["title"] == self.title:
                told.sessions[one] = Session(self.title)


@dataclass
class RenameSession:
    session: str
    title: str

    def send(self, engine: CrashingEngine) -> httpx.Response:
        return engine.ask("PATCH", f"/sessions/{self.session}", json={"title": self.title})

    def answered(self, told: Told, answer: httpx.Response) -> None:
        expect(answer, 200)
        told.sessions[self.session].title = self.title

    def broken_off(self, told: Told, seen: Seen) -> None:
        if seen.sessions.get(self.session, {}).get("title") == self.title:
            told.sessions[self.session].title = self.title


@dataclass
class DeleteSession:
    session: str

    def send(self, engine: CrashingEngine) -> httpx.Response:
        return engine.ask("DELETE", f"/sessions/{self.session}")

    def answered(self, told: Told, answer: httpx.Response) -> None:
        expect(answer, 204)
        told.session_gone(self.session)

    def broken_off(self, told: Told, seen: Seen) -> None:
        if self.session not in seen.sessions:
            told.session_gone(self.session)


@dataclass
class Post:
    session: str
    text: str
    pinned: bool

    def send(self, engine: CrashingEngine) -> httpx.Response:
        body = {"role": "user", "text": self.text, "pinned": self.pinned}
        return engine.ask("POST", f"/sessions/{self.session}/messages", json=body)

    def answered(self, told: Told, answer: httpx.Response) -> None:
        view = expect(answer, 201)
        told.sessions[self.session].messages[view["message_id"]] = Message(self.text, self.pinned)

    def broken_off(self, told: Told, seen: Seen) -> None:
        for view in seen.sessions.get(self.session, {}).get("messages", []):
            if view["text"] == self.text:
                told.sessions[self.session].messages[view["message_id"]] = Message(self.text, self.pinned)


@dataclass
class Pin:
    session: str
    message: str
    pinned: bool

    def send(self, engine: CrashingEngine) -> httpx.Response:
        path = f"/sessions/{self.session}/messages/{self.message}"
        return engine.ask("PATCH", path, json={"pinned": self.pinned})

    def answered(self, told: Told, answer: httpx.Response) -> None:
        expect(answer, 200)
        told.sessions[self.session].messages[self.message].pinned = self.pinned

    def broken_off(self, told: Told, seen: Seen) -> None:
        for view in seen.sessions.get(self.session, {}).get("messages", []):
            if view["message_id"] == self.message:
                told.sessions[self.session].messages[self.message].pinned = view["pinned"]


@dataclass
class Execute:
    execution: Execution

    def send(self, engine: CrashingEngine) -> httpx.Response:
        body = {"prompt": self.execution.prompt, "context_artifacts": list(self.execution.given)}
        if self.execution.session is not None:
            body["session_id"] = self.execution.session
        return engine.ask("POST", "/execute", json=body)

    def answered(self, told: Told, answer: httpx.Response) -> None:
        told.executions[expect(answer, 202)["execution_id"]] = self.execution

    def broken_off(self, told: Told, seen: Seen) -> None:
        if (one := seen.execution_of(self.execution.prompt)) is not None:
            told.executions[one] = self.execution


@dataclass
class Replay:
    source: str
    words: str
    """What makes the replay's prompt another one."""

    def send(self, engine: CrashingEngine) -> httpx.Response:
        body = {"modifications": {"prompt_suffix": self.words}}
        return engine.ask("POST", f"/executions/{self.source}/replay", json=body)

    def answered(self, told: Told, answer: httpx.Response) -> None:
        told.executions[expect(answer, 202)["new_execution_id"]] = self._execution(told)

    def broken_off(self, told: Told, seen: Seen) -> None:
        execution = self._execution(told)
        if (one := seen.execution_of(execution.prompt)) is not None:
            told.executions[one] = execution

    def _execution(self, told: Told) -> Execution:
        source = told.executions[self.source]
        return Execution(f"{source.prompt}\n\n{self.words}", source.session, source.given, source=self.source)


@dataclass
class Cancel:
    execution: str

    def send(self, engine: CrashingEngine) -> httpx.Response:
        return engine.ask("POST", f"/execute/{self.execution}/cancel", json={})

    def answered(self, told: Told, answer: httpx.Response) -> None:
        known = told.executions[self.execution]
        known.ended = True
        if answer.status_code == 409:
            # It was given up after three starts.
            assert "failed" in answer.text, answer.text
            return
        expect(answer, 200)
        known.cancelled = True

    def broken_off(self, told: Told, seen: Seen) -> None:
        if seen.executions.get(self.execution, {}).get("status") == "cancelled":
            told.executions[self.execution].cancelled = True


@dataclass
class Cleanup:
    def send(self, engine: CrashingEngine) -> httpx.Response:
        return engine.ask("POST", "/cleanup", json={})

    def answered(self, told: Told, answer: httpx.Response) -> None:
        report = expect(answer, 200)
        artifacts, executions = told.due_artifacts(), told.due_executions()
        removed = report["removed"]
        assert not report["problems"], report
        assert removed.get("artifacts", 0) == len(artifacts), report
        assert removed.get("executions", 0) == len(executions), report
        self._drop(told, artifacts, executions)

    def broken_off(self, told: Told, seen: Seen) -> None:
        artifacts = told.due_artifacts()
        executions = told.due_executions()
        gone = executions - seen.executions.keys()
        assert gone in (set(), executions), f"a cleanup that was broken off took only {gone} of {executions}"
        self._drop(told, artifacts - seen.artifacts.keys(), gone)

    @staticmethod
    def _drop(told: Told, artifacts: set[str], executions: set[str]) -> None:
        for one in artifacts:
            del told.artifacts[one]
        for one in executions:
            del told.executions[one]
