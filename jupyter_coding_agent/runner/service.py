"""Runs jobs in containers: the Runner of this package."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..core.errors import AgentError, ImageMissing, RunnerUnavailable
from . import session
from .analysis import Analyst
from .backends import create
from .backends.protocol import Backend, Container, ContainerSpec, ImageInfo
from .containers import Containers
from .images import Images
from .layers import Layers, normalized
from .models import (
    Analysis,
    AnalysisJob,
    ImageStatus,
    Isolation,
    Limits,
    MutationJob,
    MutationRun,
    NotebookJob,
    NotebookRun,
    RunnerStatus,
    TestJob,
    TestRun,
)
from .notebook_collector import CellListener
from .paths import check_files, check_job
from .pool import Pool, shrink
from .protocol import Progress
from .settings import RunnerSettings

# Code that imports one of these starts sooner where matplotlib, or numpy and pandas, are imported already.
_PLOT_MODULES = frozenset(["matplotlib", "seaborn"])
_DATA_MODULES = frozenset(
    [
        "numpy",
        "openpyxl",
        "pandas",
        "plotly",
        "polars",
        "pyarrow",
        "scipy",
        "sklearn",
        "statsmodels",
        "xarray",
    ]
)
_WARM_LANGUAGE = "python"

Ran = TypeVar("Ran", TestRun, MutationRun, NotebookRun)
Run = Callable[[Container, Isolation], Awaitable[Ran]]
_TRIES = 3
_STATUS_SECONDS = 10.0


class ContainerRunner:
    """The Runner over a container engine.

    `owner` names the data directory and `engine_id` this process: both are labels of every container, so that
    the next engine of the same data directory removes what this one could not, and nobody else's.
    """

    def __init__(
        self,
        settings: RunnerSettings,
        owner: str,
        engine_id: str,
        *,
        backend: Backend | None = None,
        images: Images | None = None,
    ) -> None:
        self._settings = settings
        self._backend = backend or create(settings, owner, engine_id)
        self._images = images or Images(self._backend, settings.base_image, settings.pull_timeout_seconds)
        self._containers = Containers(self._backend, owner, engine_id, settings.ready_timeout_seconds)
        self._layers = Layers(self._backend, settings, self._containers.start, self._containers.discard)
        self._pool = Pool(self._containers.start, self._containers.discard, settings.start_concurrency)
        self._analysts: dict[str, Analyst] = {}
        self._slots = asyncio.Semaphore(settings.max_running)
        self._running = 0
        self._warming: asyncio.Task[None] | None = None
        self._warm_image = ""
        self._closed = False

    async def run_tests(self, job: TestJob) -> TestRun:
        """Run in a fresh single-use container; see `protocol.Runner`. Also raises InvalidInput, TooLarge."""
        limits = self._limits(job.limits)

        async def run(container: Container, isolation: Isolation) -> TestRun:
            return await session.run(container, job, limits, isolation, self._backend.ending)

        return await self._run(job, limits, run)

    async def run_mutants(self, job: MutationJob, budget_seconds: float) -> MutationRun:
        """Try changes of the code in one container; see `protocol.Runner`. Raises as `run_tests`."""
        limits = self._limits(job.limits).model_copy(update={"timeout_seconds": budget_seconds})

        async def run(container: Container, isolation: Isolation) -> MutationRun:
            return await session.run_mutants(container, job, limits, isolation, self._backend.ending)

        return await self._run(job, limits, run)

    async def run_notebook(self, job: NotebookJob, listener: CellListener | None = None) -> NotebookRun:
        """A notebook's cells in one container; see `protocol.Runner`. Raises as `run_tests`."""
        limits = self._limits(job.limits)

        async def run(container: Container, isolation: Isolation) -> NotebookRun:
            return await session.run_notebook(
                container, job, limits, isolation, self._backend.ending, listener
            )

        return await self._run(job, limits, run)

    async def analyze(self, job: AnalysisJob) -> Analysis:
        """Static tools in the long-lived analysis container; see `protocol.Runner`."""
        check_files(job.files, count=self._settings.input_count, size_mb=self._settings.input_mb)
        return await self._analyst(job.language).analyze(job)

    async def install(self, language: str, requirements: list[str], progress: Progress | None = None) -> str:
        """Install approved requirements in a cached layer; see `protocol.Runner`."""
        image = await self._images.find(language)
        return (await self._layers.provide(image, normalized(requirements), progress)).tags[0]

    async def build_images(
        self, languages: list[str] | None = None, progress: Progress | None = None
    ) -> list[ImageStatus]:
        """Build what is missing or stale; see `protocol.Runner`."""
        return await self._images.build(languages, progress)

    async def prune_images(self) -> list[str]:
        """Remove stale images and layers; returns their tags."""
        return await self._images.prune()

    async def image_digest(self, language: str) -> str:
        """The digest of the language's image as it stands."""
        return (await self._images.find(language)).id

    async def status(self) -> RunnerStatus:
        """Never raises: a missing engine is a status."""
        try:
            async with asyncio.timeout(_STATUS_SECONDS):
                version = await self._backend.version()
                images = await self._images.status()
        except (AgentError, TimeoutError) as error:
            sentence = str(error) or "The container engine hangs: it did not answer in time; restart it."
            return RunnerStatus(state="missing", sentence=sentence, backend=self._backend.name)
        unready = [image.language for image in images if image.state != "ready"]
        sentence = f"The container engine ({self._backend.name} {version}) answers and every image is ready."
        if unready:
            sentence = f"Not built: {', '.join(unready)}; run `jupyter coding-agent images build`."
        return RunnerStatus(
            state="degraded" if unready else "ok",
            sentence=sentence,
            backend=self._backend.name,
            engine_version=version,
            images=images,
            warm=self._pool.idle(),
            running=self._running,
        )

    def warm(self) -> None:
        """Begin to fill the pool in the background."""
        if not self._closed and (self._warming is None or self._warming.done()):
            self._warming = asyncio.ensure_future(self._warm())

    async def wait_until_warm(self) -> None:
        """Wait until the pool is full and the analysis container stands ready. Needs the image."""
        self.warm()
        if self._warming is not None:
            await self._warming
        await self._pool.filled()

    async def close(self) -> None:
        """Kill and remove every container of this engine; may be called twice."""
        if self._closed:
            return
        self._closed = True
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.wait([self._warming])
        await self._pool.close()
        await self._layers.close()
        for analyst in self._analysts.values():
            await analyst.close()
        await self._containers.close()
        await self._backend.close()

    def _limits(self, asked: Limits) -> Limits:
        """The settings' limits, and over them what the job itself asks for."""
        return self._settings.limits().model_copy(update=asked.model_dump(exclude_unset=True))

    async def _run(self, job: TestJob, limits: Limits, run: Run[Ran]) -> Ran:
        check_job(job, count=self._settings.input_count, size_mb=self._settings.input_mb)
        requirements = normalized(job.requirements)
        async with self._slots:
            self._running += 1
            try:
                return await self._try(job, limits, requirements, run)
            finally:
                self._running -= 1

    async def _try(self, job: TestJob, limits: Limits, requirements: list[str], run: Run[Ran]) -> Ran:
        attempt = 1
        while True:
            try:
                image, tag = await self._image(job.language, requirements)
                container = await self._pool.take(_spec(image, _flavor(job), limits))
                return await self._run_in(container, self._isolation(image, tag), run)
            except ImageMissing:
                # It was removed behind our back, or it never was there: only a fresh look can tell.
                self._images.forget()
                if attempt == _TRIES:
                    raise
            except session.NothingCame as error:
                if attempt == _TRIES:
                    raise RunnerUnavailable(
                        "Containers end before they take a job up; run `jupyter coding-agent images build`."
                    ) from error
            attempt += 1

    async def _run_in(self, container: Container, isolation: Isolation, run: Run[Ran]) -> Ran:
        urgent = True
        try:
            result = await run(container, isolation)
            urgent = result.exit.reason != "finished"
            return result
        finally:
            self._containers.discard(container, urgent=urgent)

    async def _image(self, language: str, requirements: list[str]) -> tuple[ImageInfo, str]:
        image = await self._images.find(language)
        if language == _WARM_LANGUAGE and image.id != self._warm_image:
            self.warm()
        if not requirements:
            return image, self._images.tag(language)
        layer = await self._layers.provide(image, requirements)
        return layer, layer.tags[0]

    def _isolation(self, image: ImageInfo, tag: str) -> Isolation:
        backend = "+".join(filter(None, [self._backend.name, self._settings.runtime]))
        return Isolation(backend=backend, image=tag, image_digest=image.id, network="none", user="1000")

    def _analyst(self, language: str) -> Analyst:
        if language not in self._analysts:
            self._images.tag(language)  # refuses a language that has no image

            async def start() -> Container:
                image = await self._images.find(language)
                try:
                    return await self._containers.start(self._analysis_spec(image))
                except ImageMissing:
                    self._images.forget()
                    raise

            self._analysts[language] = Analyst(
                start, self._containers.discard, self._settings.analysis_timeout_seconds
            )
        return self._analysts[language]

    def _analysis_spec(self, image: ImageInfo) -> ContainerSpec:
        return ContainerSpec(
            image=image.id,
            command=("python3", "/opt/agent/analysis_server.py"),
            role="analysis",
            memory_mb=self._settings.analysis_memory_mb,
            cpus=float(self._settings.max_running),
            pids=self._settings.pids,
            workspace_mb=self._settings.workspace_mb,
        )

    async def _warm(self) -> None:
        settings = self._settings
        wanted = {"plain": settings.warm_plain, "data": settings.warm_data, "plot": settings.warm_plot}
        counts = shrink(wanted, settings.warm_memory_mb)
        limits = settings.limits()
        try:
            image = await self._images.find(_WARM_LANGUAGE)
            self._pool.aim({_spec(image, flavor, limits): count for flavor, count in counts.items()})
            self._warm_image = image.id
            await self._analyst(_WARM_LANGUAGE).warm()
        except AgentError:
            return  # `status` says what is missing; the next call tries again


def _flavor(job: TestJob) -> str:
    if _PLOT_MODULES.intersection(job.imports):
        return "plot"
    return "data" if _DATA_MODULES.intersection(job.imports) else "plain"


def _spec(image: ImageInfo, flavor: str, limits: Limits) -> ContainerSpec:
    return ContainerSpec(
        image=image.id,
        command=("python3", "/opt/agent/test_server.py", "--flavor", flavor),
        role="test",
        memory_mb=limits.memory_mb,
        cpus=limits.cpus,
        pids=limits.pids,
        workspace_mb=limits.workspace_mb,
        flavor=flavor,
    )
