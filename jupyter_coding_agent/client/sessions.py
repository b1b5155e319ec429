"""The session endpoints as methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ..core.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    import httpx

IMPORT_SECONDS = 120.0


class Request(Protocol):
    """One call of the engine; raises AgentError where it refuses."""

    def __call__(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        timeout: float = ...,
    ) -> httpx.Response:
        """The answer."""


class SessionsClient:
    """Coding sessions; sessions and messages as `openapi.yaml` describes them."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def list(self, *, q: str | None = None, page: int = 1, limit: int = 20) -> dict[str, Any]:
        """GET /sessions: the one that was used last first, or those that have the words `q`."""
        return self._json("GET", "/sessions", params={"q": q, "page": page, "limit": limit})

    def all(self) -> Iterator[dict[str, Any]]:
        """Every session, page by page."""
        page = 1
        while (listed := self.list(page=page, limit=100))["sessions"]:
            yield from listed["sessions"]
            page += 1

    def open(self, text: str) -> str:
        """The id of the session that `text` stands for, or of a new one for ``new``."""
        return str((self.create() if text == "new" else self.find(text))["session_id"])

    def find(self, text: str) -> dict[str, Any]:
        """The session of this id or its beginning, or of this title or a part of it. Raises where it isn't one."""
        sessions, wanted = [*self.all()], text.casefold()
        for fits in (
            lambda one: one["session_id"] == text,
            lambda one: one["title"].casefold() == wanted,
            lambda one: one["session_id"].startswith(text) or one["session_id"][4:].startswith(text),
            lambda one: wanted in one["title"].casefold(),
        ):
            found = [one for one in sessions if fits(one)]
            if len(found) == 1:
                return found[0]
            if found:
                named = ", ".join(one["session_id"] for one in found[:3])
                raise InvalidInput(f"{text!r} may be {len(found)} sessions ({named} …): give the id.")
        raise NotFound(f"There is no session {text!r}: %agent sessions lists yours.", field="session_id")

    def create(self, title: str | None = None) -> dict[str, Any]:
        """POST /sessions."""
        return self._json("POST", "/sessions", json={"title": title} if title else {})

    def get(self, session_id: str, *, page: int = 1, limit: int = 20) -> dict[str, Any]:
        """GET /sessions/{id}: with its latest messages, or an earlier page of them."""
        return self._json("GET", f"/sessions/{session_id}", params={"page": page, "limit": limit})

    def rename(self, session_id: str, title: str) -> dict[str, Any]:
        """PATCH /sessions/{id}."""
        return self._json("PATCH", f"/sessions/{session_id}", json={"title": title})

    def delete(self, session_id: str) -> None:
        """DELETE /sessions/{id}; its executions stay."""
        self._request("DELETE", f"/sessions/{session_id}")

    def add(self, session_id: str, text: str, *, role: str = "user", pinned: bool = False) -> dict[str, Any]:
        """POST /sessions/{id}/messages."""
        body = {"role": role, "text": text, "pinned": pinned}
        return self._json("POST", f"/sessions/{session_id}/messages", json=body)

    def pin(self, session_id: str, message_id: str, pinned: bool = True) -> dict[str, Any]:
        """PATCH /sessions/{id}/messages/{id}."""
        path = f"/sessions/{session_id}/messages/{message_id}"
        return self._json("PATCH", path, json={"pinned": pinned})

    def remove(self, session_id: str, message_id: str | None = None) -> None:
        """DELETE /sessions/{id}/messages/{id}, or all of them."""
        path = f"/sessions/{session_id}/messages"
        self._request("DELETE", path if message_id is None else f"{path}/{message_id}")

    def export(self, session_id: str, format: str = "json") -> bytes:
        """GET /sessions/{id}/export: the content of a file, `json` or `ipynb`."""
        return self._request("GET", f"/sessions/{session_id}/export", params={"format": format}).content

    def take_in(self, document: Mapping[str, Any], title: str | None = None) -> dict[str, Any]:
        """POST /sessions/import: a new session from what `export` gave, or from any notebook."""
        body = {"document": document} | ({"title": title} if title else {})
        return self._json("POST", "/sessions/import", json=body, timeout=IMPORT_SECONDS)

    def _json(self, method: str, path: str, **asked: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._request(method, path, **asked).json()
        return answer
