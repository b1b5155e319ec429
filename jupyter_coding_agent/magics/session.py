"""What one kernel knows of the agent: its requests, and what became of them."""

from __future__ import annotations

import contextvars
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from ..client import words
from ..client.api import AgentClient
from ..client.result import Result, cell_source, result_of
from ..core.errors import AgentError, Conflict, InvalidInput, NotFound
from . import consent, panels, receipts, render, sent
from .artifacts import attach
from .options import AskOptions
from .ports import Kernel
from .screen import Area, Screen, opening
from .watched import Watched

if TYPE_CHECKING:
    from ..widgets.panel import Panel

log = logging.getLogger(__name__)


class Session:
    """Asks, follows, finishes. One per kernel."""

    def __init__(self, client: AgentClient, kernel: Kernel, screen: Screen) -> None:
        self.client = client
        self.kernel = kernel
        self.screen = screen
        self.last: str | None = None
        self.coding_session: str | None = None
        """The coding session in which requests go on."""
        self.proofs: dict[str, dict[str, Any]] = {}
        """What is known of the inserted cells: hash of the source → what their metadata would say."""
        self.approved: list[str] = []
        """Packages that the user trusts."""
        self._ended: deque[Panel] = deque()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def close(self) -> None:
        """Stop following; the executions themselves go on."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=1)
        while self._ended:
            self._ended.popleft().close()
        self.client.close()

    def ask(self, options: AskOptions, request: str, area: Area) -> None:
        """Send a request; return at once where a person can go on working meanwhile, else see it through.

        What goes wrong is said in `area`, too.
        """
        with _said_in(area):
            if self.client.endpoint.kind == "page" and (options.wait or options.run):
                raise Conflict(
                    "This kernel reaches no Jupyter server, so it asks through this page, whose answers come only when "
                    "no cell runs. Leave out --wait and --run: the code is inserted when it is there."
                )
            self.begin(self._body(options, request), options, live=self._live(options), area=area)

    def begin(
        self, body: Mapping[str, Any], options: AskOptions, *, live: bool, area: Area | None = None
    ) -> None:
        """POST /execute, and follow what comes of it."""

        if self.client.endpoint.kind != "page":
            self._send(body, options, live=live, area=area)
            return
        # The page's answer comes when this cell has ended.
        shown = area or self.screen.area(opening())

        def send() -> None:
            with _said_in(shown):
                self._send(body, options, live=True, area=shown)

        self._start(send, "coding-agent-asking")

    def _send(self, body: Mapping[str, Any], options: AskOptions, *, live: bool, area: Area | None) -> None:
        accepted = self.client.execute(body)
        # What is shown is kept in the notebook: the words without secrets.
        self.follow(accepted["execution_id"], body["prompt"], options, live=live, area=area)

    def preview(self, options: AskOptions, request: str) -> None:
        """Show what would be sent, and send nothing."""
        letter = self._told(sent.compose(request, self.kernel, self.client, about=bool(options.context)))
        self.screen.show(sent.preview(letter, options.attached))

    def message(self, text: str, options: AskOptions | None = None) -> dict[str, Any]:
        """The body of POST /chat: what is said, and what goes along with it."""
        body = self._body(options or AskOptions(), text)
        body["message"] = body.pop("prompt")
        return body

    def say(self, options: AskOptions, message: str) -> dict[str, Any]:
        """Say something in the coding session, which a first message begins; follow what it becomes."""
        body = self.message(message, options)
        reply = self.client.chat(body)
        self.coding_session = reply["session_id"]
        if reply["execution_id"] is not None:
            self.follow(reply["execution_id"], body["message"], options, live=self._live(options))
        return reply

    def approve(self, packages: Sequence[str]) -> None:
        """Trust these packages from now on."""
        self.approved = [*dict.fromkeys([*self.approved, *packages])]

    def retry(self, execution_id: str, request: str | None) -> None:
        """Ask again."""
        live = self.kernel.live()
        if request:
            request = self._told(sent.of_words(request)).prompt
        accepted = self.client.retry(execution_id, request, approved=self.approved)
        prompt = request or self.client.get(accepted["execution_id"]).get("prompt") or ""
        self.follow(accepted["execution_id"], prompt, AskOptions(), live=live)

    def replay(self, execution_id: str, modifications: Mapping[str, Any], *, recorded: bool) -> None:
        """Ask for the same again, and say first where it can't be the same."""
        live = self.kernel.live()
        if added := modifications.get("prompt_suffix"):
            modifications = {**modifications, "prompt_suffix": self._told(sent.of_words(added)).prompt}
        accepted = self.client.replay(execution_id, modifications, from_recording=recorded)
        if accepted["differs"]:
            reasons = [one["message"] for one in accepted["differs"]]
            text = " ".join([f"The replay of {execution_id} is not exact.", *reasons])
            self.screen.show(render.message(text, tone="warn"))
        name = accepted["new_execution_id"]
        self.follow(name, self.client.get(name).get("prompt") or "", AskOptions(), live=live)

    def follow(
        self, execution_id: str, request: str, options: AskOptions, *, live: bool, area: Area | None = None
    ) -> None:
        """Show an execution until it ends: in a thread where the cell returns at once, else here."""
        self.last = execution_id
        shown = render.progress(execution_id, request, [])
        panel = panels.progress(self.client, execution_id, request) if self.kernel.panels() else None
        if panel is not None:
            shown |= panel.view
        if area is None:
            area = self.screen.area(shown)
        else:
            area.update(shown)
        watched = Watched(execution_id, request, area, panel, kept=self._ended)
        if not live:
            self._see_through(watched, options)
            return
        self._start(partial(self._watch, watched, options), f"coding-agent-{execution_id}")

    def _start(self, work: Callable[[], None], name: str) -> None:
        # The copied context makes what the thread displays belong to this cell.
        run = contextvars.copy_context().run
        thread = threading.Thread(target=run, args=(work,), name=name, daemon=True)
        self._threads = [other for other in self._threads if other.is_alive()] + [thread]
        thread.start()

    def join(self, timeout: float | None = None) -> None:
        """Wait for what is followed in threads."""
        joined: list[threading.Thread] = []
        # One that asks starts the one that follows.
        while waiting := [thread for thread in self._threads if thread not in joined]:
            waiting[0].join(timeout)
            joined.append(waiting[0])

    def result(self, execution_id: str) -> Result:
        """What came of an execution so far."""
        outcome = result_of(self.client.get(execution_id), self.client.attempts(execution_id))
        if outcome["changes"]:
            from .restoring import restored, restored_file

            cells = self.kernel.cells()
            outcome["files"] = {path: restored_file(text, cells) for path, text in outcome["files"].items()}
            outcome["changes"] = [restored(change, cells) for change in outcome["changes"]]
        return outcome

    def insert(self, outcome: Result, *, partial: bool = False) -> None:
        """Put the code below. Raises Conflict where it is not validated and that was not asked for."""
        source = cell_source(outcome)
        status, name = outcome["status"], outcome["execution_id"]
        if source is None:
            raise Conflict(f"{name} has no single cell to insert: see its files with %agent show {name}.")
        if status != "passed" and not partial:
            raise Conflict(
                f"{name} is {words.STATUS.get(status, status)}, so its code is not inserted. "
                f"To get it all the same, marked as not validated: %agent insert --partial {name}"
            )
        if status != "passed":
            source = f"# NOT VALIDATED: {words.shorten(outcome['explanation'], 90) or name}\n{source}"
        self.kernel.insert(source)
        receipts.keep(self, source, outcome)

    def resolve(self, text: str) -> str:
        """The execution that `text` (an id, its beginning, or nothing for the last) stands for."""
        if not text:
            return self._latest()
        if len(text.split()) > 1:
            raise InvalidInput(f"{text!r} is not an execution: see %agent history.")
        known = [execution["execution_id"] for execution in self.client.executions(limit=100)["executions"]]
        found = [name for name in known if name.startswith(text) or name.partition("_")[2].startswith(text)]
        if text in known or not found:
            return text
        if len(found) > 1:
            raise InvalidInput(f"{text!r} begins the id of {len(found)} executions: give more of it.")
        return found[0]

    def _latest(self) -> str:
        if self.last is not None:
            return self.last
        newest = self.client.executions(limit=1)["executions"]
        if not newest:
            raise NotFound("Nothing has been asked yet. Ask with a cell that begins with %%agent.")
        return newest[0]["execution_id"]

    def _live(self, options: AskOptions) -> bool:
        return self.kernel.live() and not options.wait and not options.run

    def _body(self, options: AskOptions, request: str) -> dict[str, Any]:
        if options.session is not None:
            self.coding_session = self.client.sessions.open(options.session)
        letter = self._told(sent.compose(request, self.kernel, self.client, about=bool(options.context)))
        body: dict[str, Any] = {
            "prompt": letter.prompt,
            "max_attempts": options.attempts,
            "enable_security_scan": options.security,
            "context": letter.context,
        }
        optional = {
            "language": options.language,
            "tier": options.tier,
            "template_id": options.template,
            "timeout_seconds": options.timeout,
            "session_id": self.coding_session,
            "output_preference": options.output,
        }
        body.update({name: value for name, value in optional.items() if value is not None})
        if options.attached:
            body["context_artifacts"] = attach(self.client, options.attached)
        if options.fresh:
            body["fresh"] = True
        if self.approved:
            body["approved_packages"] = self.approved
        return body

    def _told(self, letter: sent.Letter) -> sent.Letter:
        if letter.withheld:
            self.screen.show(render.message(letter.withheld, tone="warn"))
        return letter

    def _see_through(self, watched: Watched, options: AskOptions) -> None:
        name, request = watched.execution_id, watched.request
        try:
            for event in self.client.stream(name, stop=self._stop):
                watched.tell(event)
            outcome = self.result(name)
        except KeyboardInterrupt:
            self.client.cancel(name)
            watched.finish(render.message(f"Interrupted: {name} is cancelled.", tone="warn"))
            return
        except AgentError as problem:
            watched.finish(render.error(problem))
            return
        if options.insert and outcome["status"] == "passed" and cell_source(outcome) is not None:
            outcome["insert"] = "done"
        watched.finish(render.result(outcome, _hints(outcome, inserted=options.insert)))
        if outcome["status"] == "passed":
            self._deliver(outcome, request, options)

    def _deliver(self, outcome: Result, request: str, options: AskOptions) -> None:
        if options.insert and cell_source(outcome) is not None:
            self.insert(outcome)
        if options.run:
            refusals = consent.unasked(request, outcome["effects"])
            if refusals:
                text = " ".join(
                    ["The code is validated but was not run.", *refusals, "Run it yourself if that is right."]
                )
                self.screen.show(render.message(text, tone="warn"))
                return
            source = cell_source(outcome)
            if source is not None:
                self.kernel.run(source)

    def _watch(self, watched: Watched, options: AskOptions) -> None:
        """The same in a thread: the kernel is free, so nothing is run, and a front end that can insert does it."""
        name = watched.execution_id
        try:
            for event in self.client.stream(name, stop=self._stop):
                watched.tell(event)
            if self._stop.is_set():
                return
            outcome = self.result(name)
            if options.insert:
                outcome["insert"] = "asked"
            watched.finish(render.result(outcome, _hints(outcome, inserted=False)))
        except AgentError as problem:
            watched.finish(render.error(problem))
        except Exception:  # nobody else would see what goes wrong in a thread
            log.exception("Following %s failed", name)
            text = f"Showing the progress failed. The execution goes on: %agent show {name}"
            watched.finish(render.message(text, tone="bad"))


@contextmanager
def _said_in(area: Area) -> Iterator[None]:
    try:
        yield
    except AgentError as problem:
        area.finish(render.error(problem))


def _hints(outcome: Result, *, inserted: bool) -> list[tuple[str, str]]:
    name, status = outcome["execution_id"], outcome["status"]
    insertable = cell_source(outcome) is not None
    hints: list[tuple[str, str]] = []
    if outcome["artifact_id"]:
        hints.append((f"%agent artifacts download {outcome['artifact_id']}", "saves the archive"))
    if status == "passed":
        if insertable and not inserted:
            hints.append((f"%agent insert {name}", "puts the cell below"))
        return hints
    if status == "cancelled":
        return hints
    hints += [(f"%agent retry {name}", "asks again; add words to change the request")]
    if len(outcome["attempts"]) > 1:
        hints.append((f"%agent diff {name}", "shows what the last attempt changed"))
    if insertable:
        hints.append((f"%agent insert --partial {name}", "puts the code below, marked as not validated"))
    return hints
