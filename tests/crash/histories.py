"""Random histories of a client and of an engine that is killed at random moments."""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from jupyter_coding_agent.backup.creating import create
from jupyter_coding_agent.backup.restoring import restore
from jupyter_coding_agent.core.paths import database_path
from tests.crash import stored
from tests.crash.engine import CrashingEngine, Killed, Zygote
from tests.crash.operations import (
    Cancel,
    Cleanup,
    CreateSession,
    DeleteArtifact,
    DeleteSession,
    Execute,
    Operation,
    Pin,
    Post,
    RenameSession,
    Replay,
    Upload,
)
from tests.crash.scripted import FAILS, LEAVES, WAITS
from tests.crash.seen import look
from tests.crash.told import Execution, Told

MOST_KILLS = 3
MOST_WAITING = 3


@dataclass(frozen=True)
class Crash:
    """How the engine dies: before its n-th operation (`at`), or as soon as it has answered; then, once it has been
    started again, before the n-th operation of its start (0: it may live)."""

    at: int = 0
    once_answered: bool = False
    again: int = 0


# As many as there are: a first start has 52 operations, a later one 35, an upload 13 to 20, the smallest request 2, an
# execution with its run 53.
FIRST_STARTS = st.just(0) | st.integers(1, 52)
_AGAIN = st.just(0) | st.just(0) | st.integers(1, 35)
CRASHES = st.none() | st.builds(
    Crash, at=st.integers(1, 6) | st.integers(1, 20) | st.integers(8, 20) | st.integers(1, 53), again=_AGAIN
)
CRASHES |= st.builds(Crash, once_answered=st.just(True), again=_AGAIN)
# Few of them, so that artifacts often share one; of several pieces on the wire.
CONTENTS = {
    "nothing": b"",
    "little": b"a,b\n1,2\n",
    "text": b"0123456789abcdef" * 10_000,
    "binary": b"\xff\0" * 150_000,
}
KINDS = st.sampled_from(sorted(CONTENTS))
PICKS = st.integers(0, 1000)


class Histories(RuleBasedStateMachine):
    """One history a run. A subclass has the zygote.

    What is drawn must not depend on when the engine died. So no rule has a precondition: where there is nothing
    that it could be about, such a thing is made instead.
    """

    zygote: ClassVar[Zygote]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp(dir=self.folder))
        self._engine = CrashingEngine(self.zygote, self._folder)
        self._told = Told()
        self._kills = 0
        self._sound = False
        self._log: list[str] = []

    @initialize(again=FIRST_STARTS)
    def begin(self, again: int) -> None:
        """The first start makes and migrates everything."""
        self._log.append(f"start, killed at {again}")
        with _Noted(self):
            self._start(again)

    @rule(contents=st.lists(KINDS, min_size=1, max_size=4), to=PICKS, zipped=st.booleans(), crash=CRASHES)
    def upload(self, contents: list[str], to: int, zipped: bool, crash: Crash | None) -> None:
        session = self._pick(self._told.sessions, to) if to % 3 == 0 else None
        self._perform(self._upload(contents, session, zipped), crash=crash)

    @rule(contents=st.lists(KINDS, min_size=1, max_size=3), zipped=st.booleans(), cut=st.floats(0, 1))
    def upload_cut_off(self, contents: list[str], zipped: bool, cut: float) -> None:
        alive = self._kills >= MOST_KILLS
        self._perform(self._upload(contents, None, zipped, None if alive else cut))

    @rule(which=PICKS, crash=CRASHES)
    def delete_artifact(self, which: int, crash: Crash | None) -> None:
        artifact = self._pick(self._told.artifacts, which)
        self._perform(DeleteArtifact(artifact) if artifact else self._upload(["little"]), crash=crash)

    @rule(crash=CRASHES)
    def create_session(self, crash: Crash | None) -> None:
        self._perform(CreateSession(self._told.name("session ")), crash=crash)

    @rule(which=PICKS, crash=CRASHES)
    def rename_session(self, which: int, crash: Crash | None) -> None:
        self._perform(RenameSession(self._session(which), self._told.name("renamed ")), crash=crash)

    @rule(which=PICKS, crash=CRASHES)
    def delete_session(self, which: int, crash: Crash | None) -> None:
        self._perform(DeleteSession(self._session(which)), crash=crash)

    @rule(which=PICKS, pinned=st.booleans(), crash=CRASHES)
    def post(self, which: int, pinned: bool, crash: Crash | None) -> None:
        self._perform(Post(self._session(which), self._told.name("note "), pinned), crash=crash)

    @rule(which=PICKS, pinned=st.booleans(), crash=CRASHES)
    def pin(self, which: int, pinned: bool, crash: Crash | None) -> None:
        session = self._session(which)
        message = self._pick(self._told.sessions[session].messages, which)
        note = Post(session, self._told.name("note "), pinned)
        self._perform(Pin(session, message, pinned) if message else note, crash=crash)

    @rule(kind=st.sampled_from(["pass", LEAVES, FAILS]), where=PICKS, crash=CRASHES)
    def execute(self, kind: str, where: int, crash: Crash | None) -> None:
        session = self._pick(self._told.sessions, where) if where % 2 else None
        usable = {one: None for one, known in self._told.artifacts.items() if known.execution is None}
        given = self._pick(usable, where) if where % 3 == 0 else None
        prompt = self._told.name(f"{kind} ")
        self._perform(Execute(Execution(prompt, session, (given,) if given else ())), crash=crash)

    @rule(crash=CRASHES)
    def execute_without_an_end(self, crash: Crash | None) -> None:
        kind = WAITS if len(self._told.waiting()) < MOST_WAITING else FAILS
        self._perform(Execute(Execution(self._told.name(f"{kind} "))), crash=crash)

    @rule(which=PICKS, crash=CRASHES)
    def cancel(self, which: int, crash: Crash | None) -> None:
        # Twice where the engine had died of what it did meanwhile.
        while not self._told.waiting():
            self._perform(Execute(Execution(self._told.name(f"{WAITS} "))))
        self._perform(Cancel(self._pick(self._told.waiting(), which)), crash=crash)

    @rule(which=PICKS, crash=CRASHES)
    def replay(self, which: int, crash: Crash | None) -> None:
        source = self._pick(self._told.ended(), which)
        again = Replay(source, self._told.name("again "))
        self._perform(again if source else Execute(Execution(self._told.name("pass "))), crash=crash)

    @rule(crash=CRASHES)
    def clean_up_after_a_long_time(self, crash: Crash | None) -> None:
        for one in self._told.waiting():
            self._perform(Cancel(one))
        self._let_time_pass()
        self._perform(Cleanup(), crash=crash)

    def _let_time_pass(self) -> None:
        self._log.append("a long time passes")
        with _Noted(self):
            self._check()
            self._engine.kill()
            self._engine.died()
            stored.grow_old(self._engine.data)
            self._told.grow_old()
            self._start()
            self._check()

    @rule(contents=st.lists(KINDS, min_size=2, max_size=4), which=PICKS, crash=CRASHES)
    def many_at_once(self, contents: list[str], which: int, crash: Crash | None) -> None:
        self._perform(*self._several(contents, which), crash=crash)

    @rule(contents=st.lists(KINDS, min_size=2, max_size=3), which=PICKS, crash=CRASHES)
    def back_up_meanwhile(self, contents: list[str], which: int, crash: Crash | None) -> None:
        operations = self._several(contents, which)
        unsure = {one.artifact for one in operations if isinstance(one, DeleteArtifact)}
        wanted = copy.deepcopy(self._told)
        target = self._folder / f"{self._told.name('backup')}.tar.gz"
        with ThreadPoolExecutor(1) as pool:
            backup = pool.submit(create, self._engine.data, target)
            self._perform(*operations, crash=crash)
            with _Noted(self):
                backup.result()
                restored = target.with_suffix(".restored")
                restore(restored, target)
                # What had died when the backup began took along what was not answered yet.
                stored.check_restored(restored, wanted, unsure)
                shutil.rmtree(restored)

    def teardown(self) -> None:
        try:
            if self._sound:
                self._log.append("killed at the end")
                with _Noted(self):
                    self._engine.kill()
                    self._recover([], 0)
                    self._engine.kill()
                    self._engine.died()
                    stored.check_words(database_path(self._engine.data))
        finally:
            if self._engine.alive:
                self._engine.kill()
                self._engine.died()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _upload(
        self,
        contents: Sequence[str],
        session: str | None = None,
        zipped: bool = False,
        cut: float | None = None,
    ) -> Upload:
        folder = "folder/" if zipped else ""
        files = {f"{folder}{self._told.name('file')}-{kind}.csv": CONTENTS[kind] for kind in contents}
        return Upload(files, session, zipped, cut)

    def _several(self, contents: Sequence[str], which: int) -> list[Operation]:
        """What doesn't depend on one another, but may share the content of artifacts."""
        operations: list[Operation] = [self._upload([content], None, which % 2 == 0) for content in contents]
        for pick in {which, which // 2}:
            artifact = self._pick(self._told.artifacts, pick)
            if artifact and DeleteArtifact(artifact) not in operations:
                operations.append(DeleteArtifact(artifact))
        return [*operations, Execute(Execution(self._told.name(f"{LEAVES} ")))]

    def _session(self, which: int) -> Any:
        """One of the sessions that there are."""
        while not self._told.sessions:
            self._perform(CreateSession(self._told.name("session ")))
        return self._pick(self._told.sessions, which)

    @staticmethod
    def _pick(among: Iterable[str], which: int) -> Any:
        names = list(among)
        return names[which % len(names)] if names else None

    def _perform(self, *operations: Operation, crash: Crash | None = None) -> None:
        """Send them at once, keep what was answered, and see to it where the engine has died."""
        crash = crash if crash and self._kills < MOST_KILLS else None
        self._log.append(f"{operations} {crash or ''}")
        with _Noted(self):
            self._engine.fuse.set(crash.at if crash else 0)
            with ThreadPoolExecutor(len(operations)) as pool:
                answers = list(pool.map(self._send, operations))
            if crash and crash.once_answered:
                self._engine.kill()
            for operation, answer in zip(operations, answers, strict=True):
                if answer is not None:
                    operation.answered(self._told, answer)
            broken_off = [one for one, answer in zip(operations, answers, strict=True) if answer is None]
            if broken_off or (crash and crash.once_answered):
                self._recover(broken_off, crash.again if crash else 0)

    def _send(self, operation: Operation) -> httpx.Response | None:
        try:
            return operation.send(self._engine)
        except Killed:
            return None

    def _recover(self, broken_off: Sequence[Operation], again: int) -> None:
        self._kills += 1
        self._engine.died()
        self._start(again if self._kills < MOST_KILLS else 0)
        self._check(broken_off)

    def _start(self, again: int = 0) -> None:
        try:
            self._engine.start(again)
        except Killed:
            self._kills += 1
            self._engine.died()
            self._engine.start()

    def _check(self, broken_off: Sequence[Operation] = ()) -> None:
        """Everything that this test is about."""
        self._engine.fuse.set(0)
        try:
            seen = look(self._engine)
        except Killed:
            # A fuse that was set for what ran in the background.
            self._kills += 1
            self._engine.died()
            self._engine.start()
            seen = look(self._engine)
        for operation in broken_off:
            operation.broken_off(self._told, seen)
        self._told.compare(seen)
        stored.check_files(self._engine.data, self._told)
        stored.check_database(database_path(self._engine.data))
        report = self._engine.ask("POST", "/repair", json={"dry_run": True}).json()
        assert report == {"sound": True, "damages": []}, report


class _Noted:
    """Says beside an error what the history was; as long as there was none, the history is sound."""

    def __init__(self, history: Histories) -> None:
        self._history = history

    def __enter__(self) -> None:
        self._history._sound = False

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._history._sound = error is None
        if error is not None:
            steps = "\n".join(f"  {step[:1000]}" for step in self._history._log)
            error.add_note(f"The history:\n{steps}\nThe engine's log:\n{self._history._engine.logged()}")
