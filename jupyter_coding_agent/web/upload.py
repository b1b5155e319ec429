"""The gate for uploads: who asks is known before a byte of the body is read, and none of it is kept.

Loaded by every Jupyter server, so it imports no model library.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from .gate import GateHandler
from .upstream import Sending

_DROPPED_BYTES = 1024 * 1024


@web.stream_request_body
class UploadGateHandler(GateHandler):
    """``{base_url}coding-agent/artifacts/upload``: hands the body on as it comes, no faster than it is taken."""

    _sending: Sending | None = None
    _refusal: Exception | None = None
    _whole = False

    async def prepare(self) -> None:  # type: ignore[override]  # as Jupyter's own
        """Authenticate, check where the request comes from and authorize; then open the way to the engine."""
        try:
            await super().prepare()
            if self.request.method == "POST" and (beginning := self._begin()) is not None:
                await beginning
        except Exception as refusal:
            if self.request.method != "POST" or not self._is_short():
                raise
            # Who sends still when the answer comes sees a broken connection in place of it.
            self._refusal = refusal

    def _is_short(self) -> bool:
        """Whether the body can be dropped at no cost."""
        return int(self.request.headers.get("Content-Length", _DROPPED_BYTES + 1)) <= _DROPPED_BYTES

    @web.authenticated
    @authorized
    async def _begin(self) -> None:
        target, headers = self._target(), self._request_headers()
        del headers["Content-Length"]
        if "Content-Length" in self.request.headers:
            headers["Content-Length"] = self.request.headers["Content-Length"]
        self._upstream = await self._connect()
        self._sending = Sending(self._upstream, "POST", target, headers)
        await self._sending.begin()

    async def data_received(self, chunk: bytes) -> None:
        """Hand a piece on; the next is read when it has been taken."""
        if self._sending is not None:
            await self._sending.write(chunk)

    async def post(self, _path: str) -> None:
        """The whole body is with the engine: hand its answer on."""
        self._whole = True
        if self._refusal is not None:
            raise self._refusal
        assert self._sending is not None
        await self._answer(self._sending.answer)

    def finish(self, *args: Any, **kwargs: Any) -> Any:
        """Answered before the body was read, the connection ends: a client that is not told would use it again."""
        if not self._whole:
            self.set_header("Connection", "close")
        return super().finish(*args, **kwargs)

    def on_connection_close(self) -> None:
        """The client has gone: so has the engine's request."""
        super().on_connection_close()
        web.RequestHandler.on_connection_close(self)
