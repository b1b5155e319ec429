"""The seam between judging and running: every container engine is a backend behind `Runner`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from .models import (
    Analysis,
    AnalysisJob,
    ImageStatus,
    MutationJob,
    MutationRun,
    NotebookJob,
    NotebookRun,
    RunnerStatus,
    TestJob,
    TestRun,
)
from .notebook_collector import CellListener

Progress = Callable[[str], Awaitable[None]]
"""Receives a sentence for people while something long goes on."""


class Runner(Protocol):
    """Runs jobs in isolation. Every method is cancel-safe: cancelling the task kills the container."""

    async def run_tests(self, job: TestJob) -> TestRun:
        """Run in a fresh single-use container.

        A timeout, a death or a limit is a TestRun whose exit says so.

        Raises:
            RunnerUnavailable: no container engine answers.
            ImageMissing: the language's image is not built.
        """

    async def run_mutants(self, job: MutationJob, budget_seconds: float) -> MutationRun:
        """Try changes of the code in one fresh single-use container, for so long once it has the job.

        Raises as `run_tests`.
        """

    async def run_notebook(self, job: NotebookJob, listener: CellListener | None = None) -> NotebookRun:
        """Run a notebook's cells in one fresh single-use container. Raises as `run_tests`."""

    async def analyze(self, job: AnalysisJob) -> Analysis:
        """Static tools in the long-lived analysis container. Raises as `run_tests`, and TimedOut."""

    async def install(self, language: str, requirements: list[str], progress: Progress | None = None) -> str:
        """Install approved requirements in a cached layer; returns the layer image's tag.

        Raises:
            Unprocessable: the package index does not have them or has no wheel.
        """

    async def build_images(
        self, languages: list[str] | None = None, progress: Progress | None = None
    ) -> list[ImageStatus]:
        """Build what is missing or stale."""

    async def prune_images(self) -> list[str]:
        """Remove stale images and layers; returns their tags."""

    async def status(self) -> RunnerStatus:
        """Never raises: a missing engine is a status."""

    async def image_digest(self, language: str) -> str:
        """The digest of the language's image as it stands. Raises ImageMissing, RunnerUnavailable."""

    def warm(self) -> None:
        """Begin to fill the pool in the background; returns at once and may be called often."""

    async def close(self) -> None:
        """Kill and remove every container of this engine."""
