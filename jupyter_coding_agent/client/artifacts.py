"""The artifact endpoints as methods. Files go and come in pieces: none is held in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypedDict, cast

from ..core.errors import InvalidInput

if TYPE_CHECKING:
    import httpx

UPLOAD_SECONDS = 600.0
PIECE_BYTES = 64 * 1024


class Artifact(TypedDict, total=False):
    """GET /artifacts/{id}."""

    artifact_id: str
    name: str
    type: str
    size: int
    language: str | None
    media_type: str
    has_thumbnail: bool
    session_id: str | None
    execution_id: str | None
    created_at: str
    expires_at: str


class ArtifactPage(TypedDict):
    """GET /artifacts."""

    artifacts: list[Artifact]
    total: int
    page: int


class Artifacts:
    """Every method raises AgentError, as the client's own do."""

    def __init__(
        self,
        request: Callable[..., httpx.Response],
        streamed: Callable[[str], AbstractContextManager[Iterator[bytes]]],
    ) -> None:
        """`request` sends one, `streamed` hands out the pieces of a GET's answer; both raise AgentError."""
        self._request = request
        self._streamed = streamed

    def upload(
        self, paths: Sequence[Path], *, session_id: str | None = None, unpack: bool = False
    ) -> list[Artifact]:
        """POST /artifacts/upload: all of the files or none. Raises InvalidInput for a file that can't be read."""
        data = {"unpack": "true" if unpack else "false"}
        if session_id is not None:
            data["session_id"] = session_id
        with ExitStack() as stack:
            files = [("file", (path.name, stack.enter_context(_opened(path)))) for path in paths]
            answer = self._request(
                "POST", "/artifacts/upload", data=data, files=files, timeout=UPLOAD_SECONDS
            ).json()
        return cast(list[Artifact], answer["artifacts"])

    def list(self, *, page: int = 1, limit: int = 20, **filters: str | None) -> ArtifactPage:
        """GET /artifacts, the newest first; filters: session_id, execution_id, type, language."""
        params = {"page": page, "limit": limit, **filters}
        return cast(ArtifactPage, self._request("GET", "/artifacts", params=params).json())

    def get(self, artifact_id: str) -> Artifact:
        """GET /artifacts/{id}."""
        return cast(Artifact, self._request("GET", f"/artifacts/{artifact_id}").json())

    def delete(self, artifact_id: str) -> None:
        """DELETE /artifacts/{id}."""
        self._request("DELETE", f"/artifacts/{artifact_id}")

    def thumbnail(self, artifact_id: str) -> bytes:
        """GET /artifacts/{id}/thumbnail: a PNG. Raises NotFound where it has none."""
        return self._request("GET", f"/artifacts/{artifact_id}/thumbnail").content

    def download(self, artifact_id: str, path: Path) -> None:
        """GET /artifacts/{id}/download, to a new file. Raises InvalidInput where it is there or can't be written."""
        with self._streamed(f"/artifacts/{artifact_id}/download") as pieces:
            try:
                with path.open("xb") as file:
                    try:
                        file.writelines(pieces)
                        file.flush()
                    except BaseException:
                        with suppress(OSError):
                            path.unlink()
                        raise
            except FileExistsError:
                raise InvalidInput(f"{path} is there already: name another file.") from None
            except OSError as error:
                raise InvalidInput(f"{path} can't be written: {error.strerror}.") from error


def _opened(path: Path) -> IO[bytes]:
    try:
        if not path.is_file():
            raise InvalidInput(f"{path} is not a file. Pack a folder as a ZIP and upload that with --unpack.")
        return path.open("rb")
    except OSError as error:
        raise InvalidInput(f"{path} can't be read: {error.strerror}.") from error
