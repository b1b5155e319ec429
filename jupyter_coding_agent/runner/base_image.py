"""The image that all others start from: pulled, or made with debootstrap where no registry is in reach."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO

from ..core.errors import AgentError, RunnerUnavailable, Unprocessable
from .backends.protocol import Backend
from .protocol import Progress

_CHUNK_BYTES = 1 << 20
_KEPT_LINES = 5
# A user's search path often lacks the administrator's folders.
_SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


def suite(tag: str) -> str | None:
    """The Debian suite of a tag, e.g. ``trixie`` for ``debian:trixie-slim``; None for what is no Debian."""
    match = re.fullmatch(r"debian:([a-z]+)(-slim)?", tag)
    return match[1] if match else None


async def provide(
    backend: Backend,
    tag: str,
    pull_seconds: float,
    say: Progress,
    *,
    search_path: str = _SEARCH_PATH,
    root: bool | None = None,
) -> None:
    """Make `tag` available. Raises Unprocessable with what to do where it can't be had.

    `search_path` is where debootstrap is looked for; `root` whether it may be used (None: ask the system).
    """
    await say(f"Pulling {tag}.")
    try:
        async for line in backend.pull(tag, pull_seconds):
            await say(line)
    except RunnerUnavailable:
        raise
    except AgentError as error:
        reason = error.message
    else:
        return
    await say(f"{reason}; making it with debootstrap instead.")
    program = _program(tag, search_path, os.geteuid() == 0 if root is None else root)
    # Not in /tmp, which is often in memory or mounted without devices.
    folder = Path(tempfile.mkdtemp(prefix="coding-agent-base-", dir="/var/tmp"))
    try:
        await _debootstrap([program, "--variant=minbase", str(suite(tag)), str(folder)], search_path, say)
        await say(f"Importing {tag}.")
        await backend.import_image(_archive(folder), tag)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    await say(f"{tag} is ready.")


def _program(tag: str, search_path: str, root: bool) -> str:
    """The path of debootstrap; raises Unprocessable where it can't make this image."""
    program = shutil.which("debootstrap", path=search_path)
    if suite(tag) is None:
        raise Unprocessable(
            f"{tag} can't be pulled, and only a Debian image can be made here; set RunnerSettings.base_image."
        )
    if program is None:
        raise Unprocessable(
            f"{tag} can't be pulled; install debootstrap to make it here: `apt-get install debootstrap`."
        )
    if not root:
        raise Unprocessable(
            f"{tag} can't be pulled, and making it needs root: `sudo jupyter coding-agent images build`."
        )
    return program


async def _debootstrap(command: list[str], search_path: str, say: Progress) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PATH": search_path, "LC_ALL": "C"},
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        async for line in process.stdout:
            lines.append(line.decode(errors="replace").strip())
            await say(lines[-1])
        status = await process.wait()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if status != 0:
        raise Unprocessable("debootstrap could not make the base image: " + "; ".join(lines[-_KEPT_LINES:]))


def _archive(folder: Path) -> Iterator[bytes]:
    """The folder as a tar archive, in chunks. Runs in a thread."""
    with Popen(["tar", "--numeric-owner", "-C", str(folder), "-c", "."], stdout=PIPE) as process:  # noqa: S603, S607
        output: IO[bytes] = process.stdout  # type: ignore[assignment]  # a pipe was asked for
        while chunk := output.read(_CHUNK_BYTES):
            yield chunk
    if process.returncode != 0:
        raise OSError("tar could not read the base image's files")
