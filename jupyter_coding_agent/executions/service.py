"""Executions from the outside: ask for one, follow it, look at it, cancel it, try it again."""

from __future__ import annotations

import statistics
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection

from ..agents.diffs import changes, unified
from ..agents.models import Attempt
from ..core.activity import Activity
from ..core.clock import new_id
from ..core.errors import Conflict, InvalidInput, NotFound, TooLarge, Unprocessable
from ..storage.database import Database
from .carrier import Carrier, Loops, Signer
from .events import Bells
from .models import (
    FINAL,
    PROMPT_LENGTH,
    Accepted,
    AttemptList,
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
from .queue import Queue
from .settings import ExecutionSettings
from .store import ExecutionStore, Load
from .templates import Templates, check_template
from .views import execution_summary, execution_view

ASSUMED_SECONDS = 20.0
"""An execution's duration while none has been measured."""
EVENTS_AT_ONCE = 200
NOT_YET = {
    "context_artifacts": "Artifacts can't be used as context yet: put the text into the prompt.",
    "github_repo": "Repositories can't be used as context yet: put the relevant code into the prompt.",
    "output_preference": "Only output_preference 'snippet' can be delivered yet.",
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
        on_work: called when an execution is accepted, e.g. to warm the pool.
        pause: seconds to wait, at first, before the database is tried again.
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
        on_work: Callable[[], None] = lambda: None,
        pause: float = 0.5,
    ) -> None:
        self._settings = settings
        self._languages = languages
        self._templates = templates
        self._on_work = on_work
        self._bells = Bells()
        self._store = ExecutionStore(database)
        self._carrier = Carrier(self._store, self._bells, loops, settings, signer, pause)
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

    async def accept(self, user: str, request: ExecuteRequest, *, retry_of: str | None = None) -> Accepted:
        """Store a request; it runs in its turn.

        Raises:
            InvalidInput: the language is not known, the prompt is blank, or a template's value is wrong.
            NotFound: there is no such template.
            Unprocessable: it asks for something that this version can't do.
            QuotaExceeded: over the daily limit.
        """
        self._check(request)
        await check_template(self._templates, request)
        execution_id = new_id("exe")
        load = await self._store.load()
        estimate = self._estimate(load)
        queued = {"position": load.ahead, "estimated_time_seconds": estimate}
        await self._store.create(
            execution_id, user, request, queued, daily_limit=self._settings.daily_limit, retry_of=retry_of
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
        return execution_view(row, await self._store.attempts(execution_id))

    async def attempts(self, user: str, execution_id: str) -> AttemptList:
        """Every finished attempt. Raises NotFound."""
        row = await self._store.get(execution_id, user)
        attempts = await self._store.attempts(execution_id)
        return AttemptList(
            execution_id=execution_id, tests=execution_view(row, attempts).tests, attempts=attempts
        )

    async def diff(self, user: str, execution_id: str, query: DiffQuery) -> DiffView:
        """What changed between two attempts. Raises NotFound, also for an attempt that there is not."""
        await self._store.get(execution_id, user)
        attempts = {attempt.number: attempt for attempt in await self._store.attempts(execution_id)}
        to = query.to_attempt if query.to_attempt is not None else max(attempts, default=0)
        start = query.from_attempt if query.from_attempt is not None else max(to - 1, 0)
        before, after = _files(attempts, start, "from_attempt"), _files(attempts, to, "to_attempt")
        return DiffView(unified_diff=unified(before, after), changes_summary=changes(before, after))

    async def page(self, user: str, query: ListQuery) -> ExecutionList:
        """The user's executions, newest first."""
        rows, total = await self._store.page(user, query)
        return ExecutionList(
            executions=[execution_summary(row) for row in rows], total=total, page=query.page
        )

    async def cancel(self, user: str, execution_id: str) -> StatusView:
        """Cancelled when this returns, its container gone.

        Raises NotFound, Conflict where it has ended already.
        """
        await self._store.cancel(execution_id, user, "Cancelled by the user.")
        self._bells.ring(execution_id, user)
        await self._queue.cancel(execution_id)
        return StatusView(status="cancelled")

    async def retry(self, user: str, execution_id: str, request: RetryRequest) -> Accepted:
        """A new execution of the same request, with more words where given. Raises Conflict while it runs."""
        row = await self._store.get(execution_id, user)
        if row["status"] not in FINAL:
            raise Conflict(
                f"This execution is still {row['status']}. Cancel it first, or wait until it ends."
            )
        original = ExecuteRequest.model_validate_json(row["request"])
        prompt = original.prompt
        if request.custom_prompt:
            prompt = f"{prompt}\n\n{request.custom_prompt}"
        if len(prompt) > PROMPT_LENGTH:
            raise TooLarge(
                f"With the first request's words this is longer than {PROMPT_LENGTH} characters.",
                field="custom_prompt",
            )
        again = original.model_copy(update={"prompt": prompt})
        return await self.accept(user, again, retry_of=execution_id)

    async def follow(self, user: str, execution_id: str, after: int) -> AsyncGenerator[Event, None]:
        """The execution's events later than `after`, as they come, to its last. Raises NotFound at once."""
        await self._store.get(execution_id, user)
        return self._events(self._store.events_of, execution_id, after, ends=True)

    async def follow_all(self, user: str, after: int | None) -> AsyncGenerator[Event, None]:
        """The events of everything that is the user's: those later than `after`, else those from now on."""
        start = after if after is not None else await self._store.last_event()
        return self._events(self._store.events_for, user, start, ends=False)

    async def _events(
        self, stored: StoredEvents, key: str, after: int, *, ends: bool
    ) -> AsyncGenerator[Event, None]:
        with self._bells.subscribe(key) as bell:
            while True:
                bell.clear()
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
        asked_for = {
            "context_artifacts": bool(request.context_artifacts),
            "github_repo": request.github_repo is not None,
            "output_preference": request.output_preference != "snippet",
        }
        for field, asked in asked_for.items():
            if asked:
                raise Unprocessable(NOT_YET[field], field=field)

    def _estimate(self, load: Load) -> float:
        typical = statistics.median(load.recent_seconds) if load.recent_seconds else ASSUMED_SECONDS
        return round(typical * (1 + load.ahead // self._settings.concurrency), 1)


def _files(attempts: dict[int, Attempt], number: int, field: str) -> dict[str, str]:
    if number == 0:
        return {}
    if number not in attempts:
        raise NotFound(f"There is no attempt {number}; this execution has {len(attempts)}.", field=field)
    return attempts[number].files
