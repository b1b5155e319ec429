from __future__ import annotations

import asyncio
import io
import tarfile
from pathlib import Path

import pytest

from jupyter_coding_agent.core.errors import ImageMissing, InvalidInput
from jupyter_coding_agent.runner.backends.protocol import BASE_LABEL, IMAGE_LABEL
from jupyter_coding_agent.runner.images import Images, find_sources
from tests.runner.fakes import FakeBackend

BASE = "debian:trixie-slim"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "python"
    (folder / "pkg" / "__pycache__").mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM x")
    (folder / "pkg" / "server.py").write_text("serve()")
    (folder / "pkg" / "__pycache__" / "server.pyc").write_bytes(b"compiled")
    (folder / ".keep").write_text("")
    (tmp_path / "no-image").mkdir()
    return tmp_path


def images(sources: Path, backend: FakeBackend, base: str = BASE) -> Images:
    return Images(backend, base, 1, sources)


async def lines(images: Images) -> list[str]:
    said: list[str] = []

    async def say(sentence: str) -> None:
        said.append(sentence)

    await images.build(None, say)
    return said


def test_the_real_sources_are_found() -> None:
    assert (find_sources() / "python" / "Dockerfile").is_file()


async def test_the_tag_follows_sources_and_base(sources: Path) -> None:
    first = images(sources, FakeBackend()).tag("python")
    assert first.startswith("coding-agent-python:")
    (sources / "python" / "pkg" / "__pycache__" / "server.pyc").write_bytes(b"compiled again")
    assert images(sources, FakeBackend()).tag("python") == first
    assert images(sources, FakeBackend(), "debian:sid").tag("python") != first
    (sources / "python" / "pkg" / "server.py").write_text("serve(2)")
    assert images(sources, FakeBackend()).tag("python") != first


async def test_a_language_without_an_image(sources: Path) -> None:
    with pytest.raises(InvalidInput, match="there are: python"):
        images(sources, FakeBackend()).tag("../python")


async def test_missing_then_ready_then_stale(sources: Path) -> None:
    backend = FakeBackend()
    some = images(sources, backend)
    assert [status.state for status in await some.status()] == ["missing"]
    with pytest.raises(ImageMissing):
        await some.find("python")
    (status,) = await some.build()
    assert (status.state, status.tag, status.size_mb) == ("ready", some.tag("python"), 10.0)
    assert (await some.find("python")).id == status.digest
    (sources / "python" / "Dockerfile").write_text("FROM y")
    assert [status.state for status in await images(sources, backend).status()] == ["stale"]


async def test_building_says_what_it_does_and_once_is_enough(sources: Path) -> None:
    backend = FakeBackend()
    some = images(sources, backend)
    tag = some.tag("python")
    assert await lines(some) == [
        f"Pulling {BASE}.",
        "Pulling",
        f"Building {tag}.",
        f"Step 1: FROM {BASE}",
        f"{tag} is ready.",
    ]
    assert await lines(some) == [f"{tag} is ready."]
    assert backend.present[tag].labels == {IMAGE_LABEL: "python"}


async def test_the_context_holds_the_sources_only(sources: Path) -> None:
    context = images(sources, FakeBackend())._context("python")
    with tarfile.open(fileobj=io.BytesIO(context)) as archive:
        assert archive.getnames() == ["Dockerfile", "pkg/server.py"]
    assert images(sources, FakeBackend())._context("python") == context


async def test_two_builds_at_once_are_one(sources: Path) -> None:
    backend = FakeBackend()
    said = await asyncio.gather(lines(images(sources, backend)), lines(images(sources, backend)))
    assert sorted(sum(line.startswith("Building") for line in one) for one in said) == [0, 1]
    assert ["waiting" in " ".join(one) for one in said].count(True) == 1


async def test_pruning_keeps_what_is_current(sources: Path) -> None:
    backend = FakeBackend()
    some = images(sources, backend)
    await some.build()
    current = backend.present[some.tag("python")]
    backend._add("coding-agent-python:old", {IMAGE_LABEL: "python"})
    backend._add("coding-agent-layer:kept", {IMAGE_LABEL: "layer", BASE_LABEL: current.id})
    backend._add(
        "coding-agent-layer:old", {IMAGE_LABEL: "layer", BASE_LABEL: "sha256:coding-agent-python:old"}
    )
    del backend.present[BASE]
    assert await some.prune() == ["coding-agent-layer:old", "coding-agent-python:old"]
    assert set(backend.present) == {some.tag("python"), "coding-agent-layer:kept"}
