"""What the runner needs of a container engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ..wire import Channel, Frame

Role = Literal["test", "analysis", "install"]

OWNER_LABEL = "coding-agent.owner"
ENGINE_LABEL = "coding-agent.engine"
ROLE_LABEL = "coding-agent.role"
IMAGE_LABEL = "coding-agent.image"
BASE_LABEL = "coding-agent.layer-of"


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """What is started and how it is confined. Two containers of equal specs are interchangeable."""

    image: str
    """A tag or an image id."""
    command: tuple[str, ...]
    role: Role
    memory_mb: int
    cpus: float
    pids: int
    workspace_mb: int
    network: str = "none"
    writable_root: bool = False
    flavor: str = ""


@dataclass(slots=True, eq=False)
class Container:
    """A started container and the channel to what runs in it."""

    id: str
    spec: ContainerSpec
    channel: Channel
    ready: Frame = field(default_factory=dict)
    """The frame by which it said that it is ready."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a container stands or ended."""

    running: bool
    exit_code: int | None = None
    out_of_memory: bool = False


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """An image of the engine."""

    id: str
    """Its digest, ``sha256:…``."""
    tags: tuple[str, ...]
    size_mb: float
    created: str
    labels: dict[str, str]


class Backend(Protocol):
    """A container engine. Every method raises RunnerUnavailable when the engine does not answer."""

    @property
    def name(self) -> str:
        """For receipts, e.g. ``docker``."""

    async def version(self) -> str:
        """The engine's version."""

    async def start(self, spec: ContainerSpec, name: str) -> Container:
        """Create, attach and start. Whatever it raises, the container may be there: the caller removes it.

        Raises:
            ImageMissing: the engine does not have the image.
        """

    async def remove(self, container: str, *, urgent: bool = False) -> None:
        """Kill and remove, by id or name; also where it is not there. What is not urgent may wait."""

    async def ending(self, container_id: str) -> Ending | None:
        """How the container stands; None if it is not there."""

    async def own(self, owner: str) -> dict[str, str]:
        """The containers labelled with this owner: id → engine label."""

    async def image(self, tag: str) -> ImageInfo | None:
        """The image, or None."""

    async def images(self) -> list[ImageInfo]:
        """All images that carry IMAGE_LABEL."""

    def build(
        self, context: bytes, tag: str, arguments: dict[str, str], labels: dict[str, str]
    ) -> AsyncIterator[str]:
        """Build from a tar archive; yields lines. Raises Unprocessable, with the last lines, if it fails."""

    def pull(self, tag: str, idle_seconds: float) -> AsyncIterator[str]:
        """Pull; yields progress. Raises Unprocessable if it can't be had or makes no progress for so long."""

    async def import_image(self, archive: Iterable[bytes], tag: str) -> None:
        """Make an image of a tar archive of a root file system."""

    async def commit(self, container_id: str, tag: str, like: str, labels: dict[str, str]) -> None:
        """Make an image of a stopped container's files, with the configuration of the image `like`."""

    async def remove_image(self, tag: str) -> bool:
        """Remove; False if it is in use or not there."""

    async def close(self) -> None:
        """Let go of the engine."""
