"""The engine's REST interface as methods."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

from ..core.errors import AgentError, EngineUnavailable, TimedOut
from .artifacts import PIECE_BYTES, Artifacts
from .endpoint import READ_SECONDS, Endpoint
from .errors import error_of
from .models import (
    FINAL,
    LAST_EVENTS,
    Accepted,
    Difference,
    Event,
    Execution,
    ExecutionPage,
    Health,
    Replayed,
    SecurityReport,
    Verdict,
)
from .notebooks import NotebooksClient
from .receipts import Receipts
from .sessions import SessionsClient
from .sse import events
from .templates import TemplateCalls

if TYPE_CHECKING:
    import httpx

SILENCE_SECONDS = 45.0
"""A stream that says nothing this long (three keep-alives missed) is taken up anew."""
PATIENCE_SECONDS = 60.0
"""How long a lost engine may stay away before a stream gives up."""
VALIDATE_SECONDS = 900.0


class AgentClient(TemplateCalls):
    """Speaks to whichever engine `find` names, and finds it anew when it went away.

    Safe to use from several threads. Every method raises AgentError (the subclass that the engine's answer
    stands for) with the engine's own sentence, EngineUnavailable where there is no engine.
    """

    def __init__(self, find: Callable[[], Endpoint], *, patience: float = PATIENCE_SECONDS) -> None:
        self._find = find
        self._patience = patience
        self._lock = threading.Lock()
        self._endpoint: Endpoint | None = None
        self._http: httpx.Client | None = None
        self.sessions = SessionsClient(self._request)
        self.receipts = Receipts(self._call)
        self.artifacts = Artifacts(self._request, self._streamed)
        self.notebooks = NotebooksClient(self._streamed)

    @property
    def endpoint(self) -> Endpoint:
        """Where the engine is, found if need be."""
        return self._connected()[0]

    @property
    def connected(self) -> bool:
        """Whether an engine has been found already."""
        return self._endpoint is not None

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._http is not None:
                self._http.close()
            self._endpoint = self._http = None

    def execute(self, request: Mapping[str, Any]) -> Accepted:
        """POST /execute."""
        return cast(Accepted, self._call("POST", "/execute", json=request))

    def get(self, execution_id: str) -> Execution:
        """GET /execute/{id}."""
        return cast(Execution, self._call("GET", f"/execute/{execution_id}"))

    def attempts(self, execution_id: str) -> list[dict[str, Any]]:
        """GET /execute/{id}/attempts."""
        return cast(list[dict[str, Any]], self._call("GET", f"/execute/{execution_id}/attempts")["attempts"])

    def diff(
        self,
        execution_id: str,
        from_attempt: int | None = None,
        to_attempt: int | None = None,
        *,
        with_execution: str | None = None,
    ) -> Difference:
        """GET /execute/{id}/diff."""
        params = {
            "from_attempt": from_attempt,
            "to_attempt": to_attempt,
            "with_execution": with_execution,
        }
        return cast(Difference, self._call("GET", f"/execute/{execution_id}/diff", params=params))

    def archive(self, execution_id: str) -> bytes:
        """GET /execute/{id}/archive: the result as a ZIP file."""
        return self._request("GET", f"/execute/{execution_id}/archive").content

    def cancel(self, execution_id: str) -> str:
        """POST /execute/{id}/cancel; returns the status."""
        return str(self._call("POST", f"/execute/{execution_id}/cancel", json={})["status"])

    def retry(
        self, execution_id: str, custom_prompt: str | None = None, *, approved: Sequence[str] = ()
    ) -> Accepted:
        """POST /execute/{id}/retry; `approved`: packages that may be installed."""
        body: dict[str, Any] = {"custom_prompt": custom_prompt} if custom_prompt else {}
        body |= {"approved_packages": [*approved]} if approved else {}
        return cast(Accepted, self._call("POST", f"/execute/{execution_id}/retry", json=body))

    def chat(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """POST /chat: returns when the answer is complete, or at once where it becomes an execution."""
        return cast(dict[str, Any], self._call("POST", "/chat", json=request, timeout=VALIDATE_SECONDS))

    def replay(
        self,
        execution_id: str,
        modifications: Mapping[str, Any] | None = None,
        *,
        from_recording: bool = False,
    ) -> Replayed:
        """POST /executions/{id}/replay."""
        mode = "from_recording" if from_recording else "again"
        body = {"mode": mode, "modifications": dict(modifications or {})}
        return cast(Replayed, self._call("POST", f"/executions/{execution_id}/replay", json=body))

    def executions(self, *, page: int = 1, limit: int = 20, status: str | None = None) -> ExecutionPage:
        """GET /executions, the newest first."""
        params = {"page": page, "limit": limit, "status": status}
        return cast(ExecutionPage, self._call("GET", "/executions", params=params))

    def validate(self, request: Mapping[str, Any]) -> Verdict:
        """POST /validate."""
        return cast(Verdict, self._call("POST", "/validate", json=request, timeout=VALIDATE_SECONDS))

    def scan(self, code: str, language: str = "python") -> SecurityReport:
        """POST /security/scan."""
        body = {"code": code, "language": language}
        answer = self._call("POST", "/security/scan", json=body, timeout=VALIDATE_SECONDS)
        return cast(SecurityReport, answer)

    def scan_of(self, execution_id: str) -> SecurityReport:
        """GET /security/scan/{execution_id}."""
        answer = self._call("GET", f"/security/scan/{execution_id}", timeout=VALIDATE_SECONDS)
        return cast(SecurityReport, answer)

    def config(self) -> dict[str, Any]:
        """GET /config: the settings in force."""
        return cast(dict[str, Any], self._call("GET", "/config"))

    def limits(self) -> dict[str, Any]:
        """GET /limits."""
        return cast(dict[str, Any], self._call("GET", "/limits"))

    def samples_welcome(self) -> bool:
        """Whether values of the user's data may be sent: the engine is on this machine, and so is every model that it
        may ask, unless it is set to show samples to others. False where that can't be found out.
        """
        try:
            return self.endpoint.on_this_machine and self.limits().get("samples_welcome") is True
        except AgentError:
            return False

    def sent(self, execution_id: str) -> dict[str, Any]:
        """GET /execute/{id}/context: what was sent about the notebook."""
        return cast(dict[str, Any], self._call("GET", f"/execute/{execution_id}/context"))

    def cleanup(self, *, dry_run: bool = False) -> dict[str, Any]:
        """POST /cleanup: what went, or would go."""
        return cast(dict[str, Any], self._call("POST", "/cleanup", json={"dry_run": dry_run}))

    def health(self) -> Health:
        """GET /health."""
        return cast(Health, self._call("GET", "/health"))

    def repair(self, *, dry_run: bool = False) -> dict[str, Any]:
        """POST /repair: what was damaged, and what became of it."""
        body = {"dry_run": dry_run}
        return cast(dict[str, Any], self._call("POST", "/repair", json=body, timeout=VALIDATE_SECONDS))

    def stats(self) -> dict[str, Any]:
        """GET /stats."""
        return cast(dict[str, Any], self._call("GET", "/stats"))

    def models(self) -> list[dict[str, Any]]:
        """GET /models: the tiers with their models."""
        return cast(list[dict[str, Any]], self._call("GET", "/models")["tiers"])

    def stream(
        self, execution_id: str, last_event_id: int = 0, stop: threading.Event | None = None
    ) -> Iterator[Event]:
        """GET /execute/{id}/stream: each event once, through lost connections and restarted engines.

        Ends with the execution, or when `stop` is set. Raises EngineUnavailable when the engine stays away.
        """
        stop = stop or threading.Event()
        last_seen, failures = time.monotonic(), 0
        while not stop.is_set():
            resumed_from = last_event_id
            try:
                for event in self._stream_once(execution_id, last_event_id):
                    last_seen, failures, last_event_id = time.monotonic(), 0, event.id
                    yield event
                    if event.kind in LAST_EVENTS or stop.is_set():
                        return
                # A stream that was cut after something new may have more, also of what has ended.
                if last_event_id == resumed_from and self.get(execution_id)["status"] in FINAL:
                    return
            except (EngineUnavailable, TimedOut) as error:
                if time.monotonic() - last_seen > self._patience:
                    raise EngineUnavailable(
                        f"The engine went away and did not come back in {self._patience:.0f} s. "
                        f"The execution is kept: see %agent show {execution_id} once it runs again."
                    ) from error
            stop.wait(min(0.1 * 2**failures, 2.0))
            failures += 1

    def _stream_once(self, execution_id: str, last_event_id: int) -> Iterator[Event]:
        import httpx

        endpoint, http = self._connected()
        with (
            _mapped(self),
            http.stream(
                "GET",
                f"{endpoint.agent_url}/execute/{execution_id}/stream",
                headers={"Last-Event-ID": str(last_event_id), "Accept": "text/event-stream"},
                timeout=httpx.Timeout(READ_SECONDS, read=SILENCE_SECONDS),
            ) as response,
        ):
            if response.status_code != httpx.codes.OK:
                response.read()
                raise error_of(response)
            yield from events(response.iter_bytes())

    def _call(self, method: str, path: str, **asked: Any) -> Any:
        """The JSON that the engine answers; arguments as of `_request`."""
        response = self._request(method, path, **asked)
        try:
            return response.json()
        except ValueError as error:
            raise AgentError(f"The answer to {method} {path} is not JSON: is a proxy in between?") from error

    def _request(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, str] | None = None,
        files: Sequence[tuple[str, tuple[str, IO[bytes]]]] | None = None,
        timeout: float = READ_SECONDS,
    ) -> httpx.Response:
        """The answer, where it is no error; `data` and `files` are the fields of a form."""
        import httpx

        params = {name: value for name, value in (params or {}).items() if value is not None}
        for again in (True, False):
            endpoint, http = self._connected()
            try:
                with _mapped(self):
                    response = http.request(
                        method,
                        f"{endpoint.agent_url}{path}",
                        json=json,
                        params=params,
                        data=data,
                        files=files,
                        timeout=timeout,
                    )
                break
            except EngineUnavailable as error:
                # Refused before anything was sent (it ended when idle or moved): ask its successor.
                if not again or not isinstance(error.__cause__, httpx.ConnectError):
                    raise
        if not response.is_success:
            raise error_of(response)
        return response

    @contextmanager
    def _streamed(self, path: str, asked: Mapping[str, Any] | None = None) -> Iterator[Iterator[bytes]]:
        """The pieces of a GET's answer, as they come; of a POST's, which are events, where something is asked."""
        endpoint, http = self._connected()
        url = f"{endpoint.agent_url}{path}"
        if asked is None:
            request = http.stream("GET", url)
        else:
            headers = {"Accept": "text/event-stream"}
            request = http.stream("POST", url, json=asked, headers=headers, timeout=SILENCE_SECONDS)
        with _mapped(self), request as response:
            if not response.is_success:
                response.read()
                raise error_of(response)
            yield response.iter_bytes(PIECE_BYTES)

    def _connected(self) -> tuple[Endpoint, httpx.Client]:
        with self._lock:
            if self._endpoint is None or self._http is None:
                self._endpoint = self._find()
                self._http = self._endpoint.open()
            return self._endpoint, self._http

    def _forget(self) -> None:
        """The engine may have moved: find it anew next time. Other threads go on with what they hold."""
        with self._lock:
            self._endpoint = self._http = None


@contextmanager
def _mapped(client: AgentClient) -> Iterator[None]:
    import httpx

    try:
        yield
    except httpx.ReadTimeout as error:
        raise TimedOut(
            "The engine did not answer in time. See %agent doctor, or its log in the data directory."
        ) from error
    except httpx.TransportError as error:
        client._forget()
        raise EngineUnavailable("The engine can't be reached. Ask again, or see %agent doctor.") from error
