"""The image that these tests drive, built from the sources as they stand."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.images.integration.driver import TAG, Analysis

IMAGE_SOURCES = Path(__file__).parents[3] / "images" / "python"


@pytest.fixture(scope="session", autouse=True)
def image() -> None:
    """The engine's own cache makes this cheap where nothing has changed."""
    subprocess.run(["docker", "build", "-q", "-t", TAG, str(IMAGE_SOURCES)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def analysis(image: None) -> Iterator[Analysis]:
    """One analysis container for a module's tests."""
    container = Analysis()
    yield container
    container.container.close()
