"""What an error answer means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..core.errors import AgentError, QuotaExceeded

if TYPE_CHECKING:
    import httpx


def error_of(response: httpx.Response) -> AgentError:
    """The exception that an error answer stands for, with the engine's own sentence."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    message = str(
        body.get("message") or f"The server answered {response.status_code} {response.reason_phrase}."
    )
    field = body.get("field")
    if response.status_code == QuotaExceeded.status:
        wait = response.headers.get("Retry-After", "60")
        return QuotaExceeded(message, retry_after=int(wait) if wait.isdigit() else 60, field=field)
    known = {cls.reason: cls for cls in _subclasses(AgentError)}
    by_status = {cls.status: cls for cls in AgentError.__subclasses__()}
    cls = known.get(str(body.get("reason"))) or by_status.get(response.status_code) or AgentError
    return cls(message, field=field)


def error_in(body: Mapping[str, Any]) -> AgentError:
    """The exception that an error within a stream stands for."""
    known = {cls.reason: cls for cls in _subclasses(AgentError) if cls is not QuotaExceeded}
    cls = known.get(str(body.get("reason")), AgentError)
    return cls(str(body.get("message") or "The engine failed at this."), field=body.get("field"))


def _subclasses(cls: type[AgentError]) -> Iterator[type[AgentError]]:
    for child in cls.__subclasses__():
        yield child
        yield from _subclasses(child)
