"""The languages' images: found in the package, named by the hash of their sources, built where used."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import io
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

from ..core.errors import ImageMissing, InvalidInput
from . import base_image
from .backends.protocol import BASE_LABEL, IMAGE_LABEL, Backend, ImageInfo
from .models import ImageStatus
from .protocol import Progress

_LOCK_POLL_SECONDS = 0.2
_TAG_CHARACTERS = 16


def find_sources() -> Path:
    """The folder of the images' sources: inside an installed package, else in the checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_images"
    return installed if installed.is_dir() else package.parent / "images"


def repository(language: str) -> str:
    """The image's name without its tag."""
    return f"coding-agent-{language}"


class Images:
    """The images of one backend."""

    def __init__(self, backend: Backend, base: str, pull_seconds: float, sources: Path | None = None) -> None:
        self._backend = backend
        self._base = base
        self._pull_seconds = pull_seconds
        self._sources = sources or find_sources()
        self._tags: dict[str, str] = {}
        self._found: dict[str, ImageInfo] = {}

    def languages(self) -> list[str]:
        """The languages that have an image, sorted."""
        return sorted(path.parent.name for path in self._sources.glob("*/Dockerfile"))

    def tag(self, language: str) -> str:
        """The tag that the sources as they were first seen stand for. Raises InvalidInput."""
        if language not in self._tags:
            if language not in self.languages():
                known = ", ".join(self.languages()) or "none"
                raise InvalidInput(
                    f"There is no image for {language!r}; there are: {known}.", field="language"
                )
            digest = hashlib.sha256(self._base.encode() + b"\0")
            for path in self._files(language):
                content = path.read_bytes()
                name = path.relative_to(self._sources).as_posix()
                digest.update(f"{name}\0{len(content)}\0".encode() + content)
            self._tags[language] = f"{repository(language)}:{digest.hexdigest()[:_TAG_CHARACTERS]}"
        return self._tags[language]

    async def find(self, language: str) -> ImageInfo:
        """The language's image. Raises ImageMissing, RunnerUnavailable."""
        if language not in self._found:
            tag = self.tag(language)
            found = await self._backend.image(tag)
            if found is None:
                raise ImageMissing(
                    f"The image for {language} ({tag}) is not built; run `jupyter coding-agent images build`."
                )
            self._found[language] = found
        return self._found[language]

    def forget(self) -> None:
        """Look again: an image that was there is not any more, or was made anew."""
        self._found.clear()

    async def status(self) -> list[ImageStatus]:
        """Every language's image as it stands in the engine."""
        present = await self._backend.images()
        return [self._status(language, present) for language in self.languages()]

    def _status(self, language: str, present: list[ImageInfo]) -> ImageStatus:
        tag = self.tag(language)
        ready = next((image for image in present if tag in image.tags), None)
        if ready is not None:
            return ImageStatus(
                language=language, tag=tag, state="ready", digest=ready.id, size_mb=round(ready.size_mb, 1)
            )
        older = any(image.labels.get(IMAGE_LABEL) == language for image in present)
        return ImageStatus(language=language, tag=tag, state="stale" if older else "missing")

    async def build(
        self, languages: list[str] | None = None, progress: Progress | None = None
    ) -> list[ImageStatus]:
        """Build what is not ready. Raises InvalidInput, Unprocessable, RunnerUnavailable."""
        say = progress or _silent
        wanted = languages or self.languages()
        for language in wanted:
            self.tag(language)
        async with _exclusive(say):
            for status in await self.status():
                if status.language not in wanted:
                    continue
                if status.state == "ready":
                    await say(f"{status.tag} is ready.")
                    continue
                if await self._backend.image(self._base) is None:
                    await base_image.provide(self._backend, self._base, self._pull_seconds, say)
                await self._build(status.language, say)
        self.forget()
        return await self.status()

    async def _build(self, language: str, say: Progress) -> None:
        tag = self.tag(language)
        await say(f"Building {tag}.")
        context = await asyncio.to_thread(self._context, language)
        lines = self._backend.build(context, tag, {"BASE_IMAGE": self._base}, {IMAGE_LABEL: language})
        async for line in lines:
            await say(line)
        await say(f"{tag} is ready.")

    async def prune(self) -> list[str]:
        """Remove images whose sources changed and layers on images that are gone; returns what went."""
        async with _exclusive(_silent):
            present = await self._backend.images()
            current = {self.tag(language) for language in self.languages()}
            bases = {image.id for image in present if current & set(image.tags)}
            removed: list[str] = []
            # Layers first: an image that another stands on can't go.
            for image in sorted(present, key=lambda image: BASE_LABEL not in image.labels):
                if current & set(image.tags) or image.labels.get(BASE_LABEL) in bases:
                    continue
                names = image.tags or (image.id,)
                removed += [name for name in names if await self._backend.remove_image(name)]
        self.forget()
        return removed

    def _files(self, language: str) -> list[Path]:
        folder = self._sources / language
        return sorted(
            path
            for path in folder.rglob("*")
            if path.is_file()
            and path.suffix != ".pyc"
            and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        )

    def _context(self, language: str) -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            for path in self._files(language):
                content = path.read_bytes()
                # Owner, mode and time are not the checkout's: the same sources give the same layers.
                entry = tarfile.TarInfo(path.relative_to(self._sources / language).as_posix())
                entry.size = len(content)
                entry.mode = 0o644
                archive.addfile(entry, io.BytesIO(content))
        return buffer.getvalue()


async def _silent(_sentence: str) -> None:
    return None


@asynccontextmanager
async def _exclusive(say: Progress) -> AsyncIterator[None]:
    """One process of this user at a time: two builds of one image would do everything twice."""
    path = Path(jupyter_runtime_dir()) / "coding-agent-images.lock"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("w") as lock:
        told = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    await say("Another process works on the images; waiting for it.")
                    told = True
                await asyncio.sleep(_LOCK_POLL_SECONDS)
        yield
