"""The artifact endpoints as methods. Files go and come in pieces: none is held in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol, TypedDict, cast

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
    session_id: str | None
    execution_id: str | None
    created_at: str
    expires_at: str


class ArtifactPage(TypedDict):
    """GET /artifacts."""

    artifacts: list[Artifact]
    total: int
    page: int


class Asking(Protocol):
    """What the methods need of the client."""

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, str] | None = None,
        files: Sequence[tuple[str, tuple[str, IO[bytes]]]] | None = None,
        timeout: float = ...,
    ) -> httpx.Response:
        """The answer, where it is no error."""

    @contextmanager
    def streamed(self, path: str) -> Iterator[Iterator[bytes]]:
        """The pieces of a GET's answer."""


class Artifacts:
    """Every method raises AgentError, as the client's own do."""

    def __init__(self, client: Asking) -> None:
        self._client = client

    def upload(
        self, paths: Sequence[Path], *, session_id: str | None = None, unpack: bool = False
    ) -> list[Artifact]:
        """POST /artifacts/upload: all of the files or none. Raises InvalidInput for a file that can't be read."""
        data = {"unpack": "true" if unpack else "false"}
        if session_id is not None:
            data["session_id"] = session_id
        with ExitStack() as stack:
            files = [("file", (path.name, stack.enter_context(_opened(path)))) for path in paths]
            answer = self._client.request(
                "POST", "/artifacts/upload", data=data, files=files, timeout=UPLOAD_SECONDS
            ).json()
        return cast(list[Artifact], answer["artifacts"])

    def list(self, *, page: int = 1, limit: int = 20, **filters: str | None) -> ArtifactPage:
        """GET /artifacts, the newest first; filters: session_id, execution_id, type, language."""
        params = {"page": page, "limit": limit, **filters}
        return cast(ArtifactPage, self._client.request("GET", "/artifacts", params=params).json())

    def get(self, artifact_id: str) -> Artifact:
        """GET /artifacts/{id}."""
        return cast(Artifact, self._client.request("GET", f"/artifacts/{artifact_id}").json())

    def delete(self, artifact_id: str) -> None:
        """DELETE /artifacts/{id}."""
        self._client.request("DELETE", f"/artifacts/{artifact_id}")

    def download(self, artifact_id: str, path: Path) -> None:
        """GET /artifacts/{id}/download, to a new file. Raises InvalidInput where it is there or can't be written."""
        with self._client.streamed(f"/artifacts/{artifact_id}/download") as pieces:
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
