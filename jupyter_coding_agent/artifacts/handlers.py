"""The artifact endpoints."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote

from tornado import web
from tornado.http1connection import HTTP1Connection

from ..web.handlers import RoomHandler, Route
from .models import ListQuery
from .service import ArtifactService, Content
from .uploading import Upload

# A body that is too large is read to its end, so that its sender sees the answer; one larger than this is cut off.
_DRAINED_BYTES = 8 * 1024**3


class _Handler(RoomHandler):
    def initialize(self, service: ArtifactService) -> None:
        self.service = service


@web.stream_request_body
class UploadHandler(_Handler):
    """POST /artifacts/upload."""

    _upload: Upload | None = None

    def prepare(self) -> None:
        """The headers are there, the body is not."""
        super().prepare()
        if self.request.method == "POST":
            cast(HTTP1Connection, self.request.connection).set_max_body_size(_DRAINED_BYTES)
            self._upload = self.service.upload(self.user, self.request.headers.get("Content-Type", ""))

    async def data_received(self, chunk: bytes) -> None:
        """Write a piece before the next one is read."""
        if self._upload is not None:
            await self._upload.take(chunk)

    async def post(self) -> None:
        """The body has come to its end."""
        assert self._upload is not None
        upload, self._upload = self._upload, None
        self.reply(await upload.finish(), 201)

    def on_connection_close(self) -> None:
        """The client has gone; in the middle of the body, nothing else tells that the request is over."""
        super().on_connection_close()
        web.RequestHandler.on_connection_close(self)
        if self._upload is not None:
            self.service.give_up(self._upload)
            self._upload = None
            self.on_finish()


class ArtifactsHandler(_Handler):
    """GET /artifacts."""

    async def get(self) -> None:
        """The user's artifacts."""
        self.reply(await self.service.page(self.user, self.query(ListQuery)))


class ArtifactHandler(_Handler):
    """GET and DELETE /artifacts/{id}."""

    async def get(self, artifact_id: str) -> None:
        """What it is."""
        self.reply(await self.service.view(self.user, artifact_id))

    async def delete(self, artifact_id: str) -> None:
        """Remove it."""
        await self.service.delete(self.user, artifact_id)
        self.set_status(204)
        self.clear_header("Content-Type")


class DownloadHandler(_Handler, web.StaticFileHandler):
    """GET /artifacts/{id}/download: to be saved, never shown; ranges as `StaticFileHandler` has them."""

    _content: Content

    def initialize(self, service: ArtifactService) -> None:  # type: ignore[override]  # no path
        """There is no folder that a path could lead out of: the service names the file."""
        super().initialize(service)
        self.root, self.default_filename = "", None

    async def get(self, artifact_id: str, include_body: bool = True) -> None:
        """The file, or a part of it."""
        self._content = await self.service.content(self.user, artifact_id)
        await web.StaticFileHandler.get(self, artifact_id, include_body)

    async def head(self, artifact_id: str) -> None:
        """Its headers."""
        await self.get(artifact_id, include_body=False)

    @classmethod
    def get_absolute_path(cls, root: str, path: str) -> str:
        """Not from the request."""
        return ""

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Where the content lies."""
        return str(self._content.path)

    def get_content_type(self) -> str:
        """By its name."""
        return self._content.view.media_type

    def compute_etag(self) -> str | None:
        """The content's hash: what a resumed download is compared with."""
        return f'"{self._content.path.name}"' if hasattr(self, "_content") else None

    def set_extra_headers(self, path: str) -> None:
        """Whatever it holds, a browser saves it and runs nothing of it."""
        self.set_header("Content-Disposition", disposition(self._content.view.name))
        self.set_header("Content-Security-Policy", "default-src 'none'; sandbox")


class ThumbnailHandler(DownloadHandler):
    """GET /artifacts/{id}/thumbnail: a PNG, to be shown."""

    async def get(self, artifact_id: str, include_body: bool = True) -> None:
        """The small picture."""
        self._content = await self.service.thumbnail(self.user, artifact_id)
        await web.StaticFileHandler.get(self, artifact_id, include_body)

    def get_content_type(self) -> str:
        """Whatever the artifact is."""
        return "image/png"

    def set_extra_headers(self, path: str) -> None:
        """Made where the user's code ran, so a browser takes it for nothing but a picture."""
        self.set_header("Content-Security-Policy", "default-src 'none'; sandbox")


def disposition(name: str) -> str:
    """``attachment`` with the name in ASCII for old clients and in UTF-8 (RFC 5987) for the others."""
    name = name.rpartition("/")[2]
    plain = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\%' else "_" for char in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def routes(service: ArtifactService) -> list[Route]:
    """The room's endpoints."""
    wired: dict[str, Any] = {"service": service}
    return [
        (r"/artifacts/upload", UploadHandler, wired),
        (r"/artifacts", ArtifactsHandler, wired),
        (r"/artifacts/([^/]+)", ArtifactHandler, wired),
        (r"/artifacts/([^/]+)/download", DownloadHandler, wired),
        (r"/artifacts/([^/]+)/thumbnail", ThumbnailHandler, wired),
    ]
