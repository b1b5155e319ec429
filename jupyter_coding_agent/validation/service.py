"""The judge: runs the tests and the static tools at once, and puts the verdict together on the host."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from random import Random, SystemRandom
from typing import Any

from ..core.errors import AgentError, RunnerUnavailable
from ..runner.models import Analysis, AnalysisJob, Limits, TestJob, TestRun
from ..runner.protocol import Runner
from . import door, packages, receipts
from .cache import VerdictCache
from .expectation import Suite
from .judging import Judge
from .languages import LANGUAGES, Language
from .models import Receipt, Signal, ValidationRequest, Verdict
from .receipts import Signer
from .settings import ValidationSettings
from .verdict import Evidence, assemble

# Beyond this, parsing moves off the event loop.
_INLINE_BYTES = 64 * 1024


class Validator:
    """Judges code, whoever wrote it. Infrastructure faults raise MissingPart or TimedOut, never a verdict."""

    def __init__(
        self,
        runner: Runner,
        settings: ValidationSettings,
        signer: Signer | None = None,
        *,
        random: Random | None = None,
    ) -> None:
        self._runner = runner
        self._settings = settings
        self._signer = signer
        self._random = random or SystemRandom()
        self._cache = VerdictCache(settings.cache_size)

    async def validate(
        self, request: ValidationRequest, *, generated: bool = False, allowed_packages: Collection[str] = ()
    ) -> Verdict:
        """The verdict on `request`.

        Generated tests may not skip, and generated requirements must be well known or in `allowed_packages`.

        Raises:
            InvalidInput, TooLarge: the request can't be judged; names the field.
            PackageNotAllowed: a requirement needs approval.
            MissingPart, TimedOut: the runner can't judge now.
        """
        started = time.monotonic()
        door.check(request, self._settings, LANGUAGES.keys())
        language = LANGUAGES[request.language]
        requirements = packages.approved(
            request.requirements, in_image=language.packages, allowed=allowed_packages, generated=generated
        )
        key = await self._key(request, language, generated, allowed_packages)
        verdict = self._cache.get(key)
        if verdict is None:
            verdict, run = await self._judge(request, language, requirements, generated)
            self._cache.put(key, verdict, run)
        elapsed = round((time.monotonic() - started) * 1000, 1)
        return verdict.model_copy(update={"duration_ms": elapsed, "receipt": self._receipt(request, verdict)})

    async def tidy(self, language: str, files: dict[str, str], *, notebook: list[str]) -> dict[str, str]:
        """The files formatted and safely mended; unparsable ones come back as they were."""
        door.check_files("files", files)
        job = AnalysisJob(
            language=language,
            files={path: text.encode() for path, text in files.items()},
            tidy=True,
            notebook=[path for path in notebook if path in files],
        )
        tidied = (await self._runner.analyze(job)).tidied
        return {
            path: tidied.get(path, text.encode()).decode(errors="replace") for path, text in files.items()
        }

    def _receipt(self, request: ValidationRequest, verdict: Verdict) -> Receipt | None:
        """The signed receipt of a verdict that proves something: code that was executed and passed or ran."""
        if self._signer is None or verdict.isolation is None or verdict.status not in ("passed", "ran"):
            return None
        return self._signer.sign(receipts.content_of(request, verdict))

    def _asked(self, request: ValidationRequest) -> list[Signal]:
        return [
            signal
            for signal in request.signals
            if signal != "security" or self._settings.enable_security_scan
        ]

    async def _key(
        self, request: ValidationRequest, language: Language, generated: bool, allowed: Collection[str]
    ) -> str:
        policy: dict[str, object] = {
            "signals": self._asked(request),
            "block_high_severity": self._settings.block_high_severity,
            "timeout_seconds": self._timeout(request),
        }
        return VerdictCache.key(
            request,
            image_digest=await self._runner.image_digest(language.image),
            generated=generated,
            allowed_packages=allowed,
            policy=policy,
        )

    def _timeout(self, request: ValidationRequest) -> float:
        return request.timeout_seconds or self._settings.timeout_seconds

    async def _judge(
        self, request: ValidationRequest, language: Language, requirements: list[str], generated: bool
    ) -> tuple[Verdict, TestRun | None]:
        suite, imports = await self._prepare(request, language)
        run: TestRun | None = None
        async with _AgentErrors(), asyncio.TaskGroup() as group:
            analyzing = group.create_task(self._analyze(request))
            comparing = group.create_task(self._newer(request, language))
            if suite is not None:
                job = self._job(request, language, requirements, suite, imports)
                run = await group.create_task(self._run(job))
        evidence = Evidence(
            asked=self._asked(request),
            analysis=analyzing.result(),
            suite=suite,
            run=run,
            newer=comparing.result(),
            known_names=request.known_names,
        )
        if suite is not None and run is not None:
            judge = Judge(
                suite,
                run,
                language,
                examples=request.examples,
                generated=generated,
                timeout_seconds=self._timeout(request),
                own_modules=frozenset(path.split("/")[0].removesuffix(".py") for path in request.files),
                known_names=frozenset(request.known_names),
            )
            evidence.judgement = judge.judge()
        return assemble(evidence, language, block_high_severity=self._settings.block_high_severity), run

    async def _prepare(
        self, request: ValidationRequest, language: Language
    ) -> tuple[Suite | None, list[str]]:
        size = sum(map(len, request.files.values())) + sum(map(len, request.tests.values()))
        if size <= _INLINE_BYTES:
            return self._parse(request, language)
        return await asyncio.to_thread(self._parse, request, language)

    def _parse(self, request: ValidationRequest, language: Language) -> tuple[Suite | None, list[str]]:
        if "tests" not in request.signals:
            return None, []
        return language.suite(request, self._random), language.imports({**request.files, **request.tests})

    def _job(
        self,
        request: ValidationRequest,
        language: Language,
        requirements: list[str],
        suite: Suite,
        imports: list[str],
    ) -> TestJob:
        return TestJob(
            language=language.image,
            files={path: text.encode() for path, text in request.files.items() if path not in suite.withheld},
            tests={path: text.encode() for path, text in suite.tests.items()},
            collect=list(suite.collect),
            conftest=suite.conftest,
            cell=request.the_cell,
            requirements=requirements,
            imports=imports,
            limits=Limits(timeout_seconds=self._timeout(request)),
        )

    async def _run(self, job: TestJob) -> TestRun:
        run = await self._runner.run_tests(job)
        if run.exit.reason in ("infrastructure", "cancelled"):
            raise RunnerUnavailable(
                f"The run was not carried out: {run.exit.detail or run.exit.reason} Try again; "
                "`jupyter coding-agent doctor` shows how the container engine is."
            )
        return run

    async def _analyze(self, request: ValidationRequest) -> Analysis:
        cell = request.the_cell
        return await self._runner.analyze(
            AnalysisJob(
                language=request.language,
                files={path: text.encode() for path, text in request.files.items()},
                known_names=request.known_names,
                notebook=[cell] if cell else [],
            )
        )

    async def _newer(self, request: ValidationRequest, language: Language) -> str:
        if request.kernel_python is None:
            return ""
        return await asyncio.to_thread(language.newer_than, request.files, request.kernel_python)


class _AgentErrors:
    """Lets the error that ended a task group surface alone."""

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: Any
    ) -> None:
        if isinstance(error, BaseExceptionGroup):
            known = error.subgroup(AgentError)
            raise _leaf(known or error) from error


def _leaf(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
