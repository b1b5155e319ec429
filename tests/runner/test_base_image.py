from __future__ import annotations

import io
import os
import tarfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from jupyter_coding_agent.core.errors import RunnerUnavailable, Unprocessable
from jupyter_coding_agent.runner import base_image
from tests.runner.fakes import FakeBackend


class NoRegistry(FakeBackend):
    """An engine that can't pull."""

    archive = b""

    async def pull(self, tag: str, idle_seconds: float) -> AsyncIterator[str]:
        self._answer()
        yield "Trying"
        raise Unprocessable(f"{tag} could not be pulled: no such host")

    async def import_image(self, archive: Iterable[bytes], tag: str) -> None:
        self.archive = b"".join(archive)
        await super().import_image([], tag)


class Listener:
    def __init__(self) -> None:
        self.said: list[str] = []

    async def __call__(self, sentence: str) -> None:
        self.said.append(sentence)


def program(folder: Path, body: str) -> str:
    """A search path on which there is a debootstrap of our own."""
    path = folder / "debootstrap"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin"


@pytest.mark.parametrize(
    ("tag", "suite"),
    [
        ("debian:trixie-slim", "trixie"),
        ("debian:sid", "sid"),
        ("ubuntu:24.04", None),
        ("mirror.example/debian:trixie", None),
    ],
)
def test_which_suite_a_tag_names(tag: str, suite: str | None) -> None:
    assert base_image.suite(tag) == suite


async def test_what_can_be_pulled_is_pulled() -> None:
    backend = FakeBackend()
    await base_image.provide(backend, "ubuntu:24.04", 1, Listener())
    assert list(backend.present) == ["ubuntu:24.04"]


async def test_what_can_not_be_pulled_is_made(tmp_path: Path) -> None:
    body = 'echo "I: Retrieving $2"; mkdir "$3/etc"; echo "$1" > "$3/etc/made-with"'
    backend, say = NoRegistry(), Listener()
    await base_image.provide(
        backend, "debian:trixie-slim", 1, say, search_path=program(tmp_path, body), root=True
    )
    assert say.said == [
        "Pulling debian:trixie-slim.",
        "Trying",
        "debian:trixie-slim could not be pulled: no such host; making it with debootstrap instead.",
        "I: Retrieving trixie",
        "Importing debian:trixie-slim.",
        "debian:trixie-slim is ready.",
    ]
    with tarfile.open(fileobj=io.BytesIO(backend.archive)) as archive:
        made = archive.extractfile("./etc/made-with")
        assert made is not None
        assert made.read() == b"--variant=minbase\n"
    assert list(backend.present) == ["debian:trixie-slim"]


async def test_a_failing_debootstrap_tells_its_last_lines(tmp_path: Path) -> None:
    search_path = program(tmp_path, 'echo "E: no mirror" >&2; exit 1')
    with pytest.raises(Unprocessable, match="E: no mirror"):
        await base_image.provide(
            NoRegistry(), "debian:trixie", 1, Listener(), search_path=search_path, root=True
        )


@pytest.mark.parametrize(
    ("tag", "there", "root", "hint"),
    [
        ("ubuntu:24.04", True, True, r"RunnerSettings\.base_image"),
        ("debian:trixie", False, True, "apt-get install debootstrap"),
        ("debian:trixie", True, False, "needs root"),
    ],
)
async def test_what_is_missing_is_named(tmp_path: Path, tag: str, there: bool, root: bool, hint: str) -> None:
    search_path = program(tmp_path, "exit 0") if there else str(tmp_path)
    with pytest.raises(Unprocessable, match=hint):
        await base_image.provide(NoRegistry(), tag, 1, Listener(), search_path=search_path, root=root)


async def test_no_engine_is_no_reason_to_make_anything() -> None:
    backend = NoRegistry()
    backend.down = True
    with pytest.raises(RunnerUnavailable):
        await base_image.provide(backend, "debian:trixie", 1, Listener())
