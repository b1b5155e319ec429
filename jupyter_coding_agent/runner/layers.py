"""Images with a job's packages: installed once with network, then used without.

What is installed lies on the path of the harness's interpreter: whoever approves a package trusts it that far
(see docs/security.md). Only names with version specifiers; only wheels: nothing runs while being installed.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ..core.errors import (
    AgentError,
    PackageNotAllowed,
    RunnerUnavailable,
    SettingError,
    TimedOut,
    Unprocessable,
)
from .backends.protocol import BASE_LABEL, IMAGE_LABEL, Backend, Container, ContainerSpec, ImageInfo
from .protocol import Progress
from .settings import RunnerSettings
from .wire import WireError

REPOSITORY = "coding-agent-layer"
_TAG_CHARACTERS = 24
_REQUIREMENTS = 50
_SCRIPT = Path(__file__).with_name("install_script.py")
_OPTIONS = (
    "--only-binary=:all:",
    "--no-cache-dir",
    "--no-input",
    "--break-system-packages",
    "--root-user-action=ignore",
    "--disable-pip-version-check",
    "--progress-bar=off",
    "--retries=2",
    "--timeout=15",
)
_UNREACHABLE = re.compile(
    r"Failed to establish a new connection|Temporary failure in name resolution|Max retries exceeded"
    r"|Connection (?:refused|reset|to \S+ timed out)|Network is unreachable|Read timed out|ProxyError"
    r"|NewConnectionError|NameResolutionError|ConnectTimeoutError|SSLError|CERTIFICATE_VERIFY_FAILED"
    r"|5\d\d Server Error"
)


def normalized(requirements: list[str]) -> list[str]:
    """The requirements in canonical form, each once, sorted. Raises PackageNotAllowed for other forms."""
    found: set[str] = set()
    for text in requirements:
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise PackageNotAllowed(
                f"{text[:200]!r} is not a package name with a version, such as 'httpx>=0.27'.",
                field="requirements",
            ) from error
        if requirement.url is not None:
            raise PackageNotAllowed(
                f"{text[:200]!r} names an address; only packages of the index can be installed.",
                field="requirements",
            )
        requirement.name = canonicalize_name(requirement.name)
        found.add(str(requirement))
    if len(found) > _REQUIREMENTS:
        raise PackageNotAllowed(
            f"More than {_REQUIREMENTS} requirements can't be installed.", field="requirements"
        )
    return sorted(found)


def layer_tag(requirements: list[str], image_digest: str) -> str:
    """The tag of the layer for normalized requirements on an image."""
    digest = hashlib.sha256("\n".join([image_digest, *requirements]).encode()).hexdigest()
    return f"{REPOSITORY}:{digest[:_TAG_CHARACTERS]}"


def verdict(code: int, lines: list[str]) -> AgentError | None:
    """What pip's exit status and output mean; None for success."""
    if code == 0:
        return None
    errors = [line for line in lines if line.startswith("ERROR:")]
    # pip ends with "no matching distribution" as well where the index could not be asked.
    if any(_UNREACHABLE.search(line) for line in lines):
        return RunnerUnavailable(
            "The package index can't be reached from a container: check the network, and RunnerSettings' "
            "install_network (try 'host'), package_index and ca_bundle."
        )
    if any("No space left" in line for line in lines):
        return RunnerUnavailable(
            "The disk of the container engine is full; run `jupyter coding-agent images prune`."
        )
    last = (errors or [line for line in lines if line.strip()] or [f"exit status {code}"])[-1]
    return Unprocessable(
        f"The packages can't be installed: {last.removeprefix('ERROR: ')} (only wheels are used)",
        field="requirements",
    )


class Layers:
    """The layers of one backend."""

    def __init__(
        self,
        backend: Backend,
        settings: RunnerSettings,
        start: Callable[[ContainerSpec], Awaitable[Container]],
        discard: Callable[[Container], None],
    ) -> None:
        self._backend = backend
        self._settings = settings
        self._start = start
        self._discard = discard
        self._script = _SCRIPT.read_text()
        self._installing: dict[str, asyncio.Task[ImageInfo]] = {}
        self._interest: dict[str, int] = {}

    async def provide(
        self, image: ImageInfo, requirements: list[str], progress: Progress | None = None
    ) -> ImageInfo:
        """The image with these packages, installed now if it is not there.

        Who asks for the same at the same time waits for the same installation; it ends when nobody waits.
        """
        names = normalized(requirements)
        tag = layer_tag(names, image.id)
        if (ready := await self._backend.image(tag)) is not None:
            return ready
        task = self._installing.get(tag)
        if task is None:
            task = self._installing[tag] = asyncio.ensure_future(self._install(image, names, tag, progress))
            task.add_done_callback(lambda _: self._installing.pop(tag, None))
        self._interest[tag] = self._interest.get(tag, 0) + 1
        try:
            return await asyncio.shield(task)
        finally:
            self._interest[tag] -= 1
            if not self._interest[tag]:
                del self._interest[tag]
                task.cancel()

    async def close(self) -> None:
        """End what is under way."""
        tasks = list(self._installing.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _install(
        self, image: ImageInfo, requirements: list[str], tag: str, progress: Progress | None
    ) -> ImageInfo:
        spec = ContainerSpec(
            image=image.id,
            command=("python3", "-c", self._script),
            role="install",
            memory_mb=self._settings.memory_mb,
            cpus=self._settings.cpus,
            pids=self._settings.pids,
            workspace_mb=self._settings.memory_mb,
            network=self._settings.install_network,
            writable_root=True,
        )
        job = {"options": self._options(), "certificates": self._certificates(), "requirements": requirements}
        container = await self._start(spec)
        try:
            async with asyncio.timeout(self._settings.install_timeout_seconds):
                await container.channel.send(job)
                code, lines = await _follow(container, progress)
            if error := verdict(code, lines):
                raise error
            await container.channel.closed
            await self._backend.commit(
                container.id, tag, image.id, {IMAGE_LABEL: "layer", BASE_LABEL: image.id}
            )
        except TimeoutError as error:
            raise TimedOut(
                f"Installing {', '.join(requirements)} took {self._settings.install_timeout_seconds:g} s."
            ) from error
        except (WireError, ConnectionError) as error:
            raise RunnerUnavailable(f"The install container broke off ({error}); try again.") from error
        finally:
            self._discard(container)
        await self._drop_oldest()
        made = await self._backend.image(tag)
        if made is None:
            raise RunnerUnavailable("The layer vanished while it was made; try again.")
        return made

    def _options(self) -> list[str]:
        index = self._settings.package_index
        return [*_OPTIONS, *(["--index-url", index] if index else [])]

    def _certificates(self) -> str:
        path = self._settings.ca_bundle
        try:
            return Path(path).read_text() if path else ""
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(f"RunnerSettings.ca_bundle: {path!r} can't be read: {error}") from error

    async def _drop_oldest(self) -> None:
        layers = [image for image in await self._backend.images() if BASE_LABEL in image.labels]
        layers.sort(key=lambda image: image.created)
        for image in layers[: -self._settings.layer_limit]:
            for name in image.tags:
                await self._backend.remove_image(name)


async def _follow(container: Container, progress: Progress | None) -> tuple[int, list[str]]:
    """pip's exit status and lines."""
    lines: list[str] = []
    while (frame := await container.channel.receive()) is not None:
        if frame.get("t") == "end" and isinstance(frame.get("code"), int):
            return frame["code"], lines
        if frame.get("t") == "line":
            lines.append(str(frame.get("text", "")))
            if progress is not None:
                await progress(lines[-1])
    raise ConnectionResetError(container.channel.diagnostics().strip()[-300:] or "no reason given")
