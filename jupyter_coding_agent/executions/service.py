"""Executions from the outside: ask for one, follow it, look at it, cancel it, try it again."""

from __future__ import annotations

import statistics
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence

from ..agents.models import Task
from ..core.activity import Activity
from ..core.clock import iso, new_id, now
from ..core.errors import Conflict, InvalidInput, Unprocessable
from ..policy.service import Policy
from ..sessions.service import SessionService
from ..storage.database import Database
from ..users.models import Tier
from .attachments import Artifacts, Attachments
from .carrier import Carrier, Loops, Package, Signer
from .comparing import compare
from .events import Bells
from .models import (
    FINAL,
    Accepted,
    AttemptList,
    ContextView,
    DiffQuery,
    DiffView,
    Event,
    ExecuteRequest,
    ExecutionList,
    ExecutionView,
    ListQuery,
    RetryRequest,
    StatusView,
)
from .own_cells import check_own_cell
from .provenance import Replay
from .queue import Queue
from .replay import with_words
from .reuse import Reuse
from .rows import request_of
from .settings import ExecutionSettings
from .store import ExecutionStore, Load
from .surroundings import Surroundings
from .templates import Templates, check_template
from .views import execution_summary, execution_view

ASSUMED_SECONDS = 20.0
"""An execution's duration while none has been measured."""
EVENTS_AT_ONCE = 200
NOT_YET = {
    "github_repo": "Repositories can't be used as context yet: put the relevant code into the prompt.",
    "output_preference": "GitHub is not connected, so no pull request can be made: ask for 'snippet' or 'zip'.",
}
StoredEvents = Callable[[str, int, int], Awaitable[list[Event]]]


class ExecutionService:
    """The pipeline.

    Args:
        database: where everything is kept.
        loops: makes the agents' loop that reports to a recorder.
        languages: the languages that can be judged.
        templates: what knows the templates that requests name.
        signer: signs the receipts of executions.
        activity: told of every unfinished execution, so that the engine does not end under it.
        sessions: composes what was said before in a request's session.
        surroundings: told with every execution what it was carried out with; nothing is told without.
        reuse: has the results of identical requests; without, everything is carried out.
        on_work: called when an execution is accepted, e.g. to warm the pool.
        policy: what the administrator allows.
        tier_of: a user's tier.
        pause: seconds to wait, at first, before the database is tried again.
        artifacts: where the files come from that requests name, and go that executions leave.
        package: packs a result whose request wants an archive.
    """

    def __init__(
        self,
        database: Database,
        loops: Loops,
        settings: ExecutionSettings,
        *,
        languages: Collection[str],
        templates: Templates | None = None,
        signer: Signer | None = None,
        activity: Activity | None = None,
        sessions: SessionService | None = None,
        on_work: Callable[[], None] = lambda: None,
        policy: Policy | None = None,
        tier_of: Callable[[str], Tier] = lambda user: "free",
        surroundings: Surroundings | None = None,
        reuse: Reuse | None = None,
        pause: float = 0.5,
        artifacts: Artifacts | None = None,
        package: Package | None = None,
    ) -> None:
        self._settings = settings
        self._languages = languages
        self._templates = templates
        self._on_work = on_work
        self._policy = policy or Policy()
        self._tier_of = tier_of
        self._bells = Bells()
        self._store = ExecutionStore(database)
        self._reuse = reuse
        self._attachments = Attachments(artifacts)
        self._carrier = Carrier(
            self._store,
            self._bells,
            loops,
            settings,
            signer,
            pause,
            self._attachments,
            sessions,
            surroundings,
            package,
        )
        self._queue = Queue(
            self._store.claim, self._carrier.carry_out, settings.concurrency, activity or Activity(), pause
        )

    async def start(self) -> None:
        """Put back what a dead engine left running, then begin to work."""
        await self._store.recover()
        self._queue.start()
        if (await self._store.load()).ahead:
            self._on_work()

    async def close(self) -> None:
        """Stop working and end every stream; what runs goes on when the next engine starts."""
        await self._queue.close()
        self._bells.close()

    async def accept(
        self,
        user: str,
        request: ExecuteRequest,
        *,
        retry_of: str | None = None,
        replay: Replay | None = None,
    ) -> Accepted:
        """Store a request; it runs in its turn, unless the same has passed before.

        Raises:
            InvalidInput: the language is not known, the prompt is blank, or a template's value is wrong.
            NotFound: there is no such session of the user's, or no such artifact or template.
            Unprocessable: it asks for something that this version can't do.
            Forbidden: the administrator does not allow it.
            QuotaExceeded: over the daily limit.
        """
        self._check(request)
        await check_template(self._templates, request)
        await self._attachments.check(user, request.context_artifacts)
        # Who retries or replays wants another run, and a named template may have been changed since.
        again = retry_of is not None or replay is not None or request.template_id is not None
        reuse = None if again else self._reuse
        if reuse is not None and (reused := await reuse.offer(user, request)):
            self._bells.ring(user)
            return reused
        execution_id = new_id("exe")
        load = await self._store.load()
        estimate = self._estimate(load)
        queued = {"position": load.ahead, "estimated_time_seconds": estimate}
        await self._store.create(
            execution_id,
            user,
            request,
            queued,
            daily_limit=self._settings.daily_limit,
            retry_of=retry_of,
            tier=self._tier_of(user),
            replay=replay,
        )
        if self._templates and request.template_id is not None:
            await self._templates.used(request.template_id)
        self._queue.wake()
        self._on_work()
        self._bells.ring(user)
        return Accepted(execution_id=execution_id, estimated_time_seconds=estimate)

    async def view(self, user: str, execution_id: str) -> ExecutionView:
        """The execution as it stands. Raises NotFound."""
        row = await self._store.get(execution_id, user)
        view = execution_view(row, await self._store.attempts(execution_id))
        # What is given again wrote nothing itself.
        view.outputs = await self._attachments.left(user, view.cached_from or execution_id)
        return view

    async def given_to(self, task: Task, artifact_ids: Sequence[str]) -> Task:
        """The task with these files, and their beginnings among the samples. Raises NotFound, naming the field."""
        return await self._attachments.given(task, artifact_ids)

    async def given(self, user: str, execution_id: str) -> dict[str, bytes]:
        """Path → content of the files that it was given and that nobody has deleted since. Raises NotFound."""
        request = request_of(await self._store.get(execution_id, user))
        return await self._attachments.given_still(user, request.context_artifacts)

    async def attempts(self, user: str, execution_id: str) -> AttemptList:
        """Every finished attempt. Raises NotFound."""
        row = await self._store.get(execution_id, user)
        attempts = await self._store.attempts(execution_id)
        return AttemptList(
            execution_id=execution_id, tests=execution_view(row, attempts).tests, attempts=attempts
        )

    async def context(self, user: str, execution_id: str) -> ContextView:
        """What was sent about the notebook, as it was sent. Raises NotFound."""
        request = await self._store.request(await self._store.get(execution_id, user))
        return ContextView(
            execution_id=execution_id,
            prompt=request.prompt,
            context=request.context,
            context_artifacts=request.context_artifacts,
        )

    async def diff(self, user: str, execution_id: str, query: DiffQuery) -> DiffView:
        """What changed between two attempts or two executions. Raises NotFound, also for an attempt."""
        return await compare(self._store, user, execution_id, query)

    async def page(self, user: str, query: ListQuery) -> ExecutionList:
        """The user's executions, newest first."""
        rows, total = await self._store.page(user, query)
        return ExecutionList(
            executions=[execution_summary(row) for row in rows], total=total, page=query.page
        )

    async def used_today(self, user: str) -> int:
        """How many executions the user has asked for in the last 24 hours."""
        return await self._store.used_today(user)

    async def cancel(self, user: str, execution_id: str) -> StatusView:
        """Cancelled when this returns, its container gone.

        Raises NotFound, Conflict where it has ended already.
        """
        await self._store.cancel(execution_id, user, "Cancelled by the user.")
        self._bells.ring(execution_id, user)
        await self._queue.cancel(execution_id)
        await self._attachments.clear()
        return StatusView(status="cancelled")

    async def retry(self, user: str, execution_id: str, request: RetryRequest) -> Accepted:
        """A new execution of the same request, with more words where given. Raises Conflict while it runs."""
        row = await self._store.get(execution_id, user)
        if row["status"] not in FINAL:
            raise Conflict(
                f"This execution is still {row['status']}. Cancel it first, or wait until it ends."
            )
        original = await self._store.request(row)
        prompt = original.prompt
        if request.custom_prompt:
            prompt = with_words(prompt, request.custom_prompt, "custom_prompt")
        approved = [*dict.fromkeys([*original.approved_packages, *request.approved_packages])]
        again = original.model_copy(update={"prompt": prompt, "approved_packages": approved})
        return await self.accept(user, again, retry_of=execution_id)

    async def follow(self, user: str, execution_id: str, after: int) -> AsyncGenerator[Event, None]:
        """The execution's events later than `after`, as they come, to its last. Raises NotFound at once."""
        await self._store.get(execution_id, user)
        return self._events(self._store.events_of, execution_id, after, ends=True)

    async def follow_all(self, user: str, after: int | None) -> AsyncGenerator[Event, None]:
        """The events of everything that is the user's: those later than `after`, else those from now on.

        An `after` that no event has yet is of another database, e.g. of one that was put aside: also from now on.
        """
        last = await self._store.last_event()
        start = last if after is None else min(after, last)
        return self._events(self._store.events_for, user, start, ends=False)

    def changed(self, user: str, path: str) -> None:
        """Something of the user's at `path` of the REST interface is another now: `follow_all` tells of it."""
        self._bells.notice(user, {"path": path})

    def announce(self, user: str) -> None:
        """Something was stored for the user that `follow_all` tells of."""
        self._bells.ring(user)

    async def _events(
        self, stored: StoredEvents, key: str, after: int, *, ends: bool
    ) -> AsyncGenerator[Event, None]:
        with self._bells.subscribe(key) as bell:
            while True:
                bell.clear()
                for notice in bell.notices():
                    yield Event(id=0, execution_id=None, kind="changed", data=notice, at=iso(now()))
                # Asked before the events are read: the end and its event are stored together.
                ended = ends and await self._store.ended(key)
                events = await stored(key, after, EVENTS_AT_ONCE)
                for event in events:
                    after = event.id
                    yield event
                if len(events) == EVENTS_AT_ONCE:
                    continue
                if ended or self._bells.closed:
                    return
                await bell.wait()

    def _check(self, request: ExecuteRequest) -> None:
        if not request.prompt.strip():
            raise InvalidInput("The prompt is blank: say what the code should do.", field="prompt")
        if request.language is not None and request.language not in self._languages:
            known = ", ".join(sorted(self._languages))
            raise InvalidInput(
                f"The language {request.language!r} is not known. Known: {known}.", field="language"
            )
        check_own_cell(request)
        self._policy.check_security(request.enable_security_scan)
        self._policy.check_output(request.output_preference)
        asked_for = {
            "github_repo": request.github_repo is not None,
            "output_preference": request.output_preference == "pr",
        }
        for field, asked in asked_for.items():
            if asked:
                raise Unprocessable(NOT_YET[field], field=field)

    def _estimate(self, load: Load) -> float:
        typical = statistics.median(load.recent_seconds) if load.recent_seconds else ASSUMED_SECONDS
        return round(typical * (1 + load.ahead // self._settings.concurrency), 1)
