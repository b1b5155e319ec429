"""The judge: runs the tests and the static tools at once, and puts the verdict together on the host."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from random import Random, SystemRandom
from typing import TypeVar

from ..core.errors import RunnerUnavailable
from ..core.tasks import Turns, one_error
from ..policy.service import Policy
from ..runner.models import SecurityFinding, TestJob, TestRun
from ..runner.protocol import Runner
from . import blocked, door, gaming, jobs, packages, proof, receipts
from .cache import ChallengeCache, VerdictCache
from .candidates import spread
from .challenge import Plan, assess, budget_seconds, refused
from .discretion import Discretion
from .expectation import Suite
from .gaming import Look
from .jobs import Admitted
from .judging import Judge, Judgement
from .languages import LANGUAGES, Language
from .models import Challenge, NotebookProof, Receipt, Signal, ValidationRequest, Verdict
from .receipts import Signer
from .settings import ValidationSettings
from .verdict import Evidence, assemble
from .versions import Versions

# Beyond this, parsing moves off the event loop.
_INLINE_BYTES = 64 * 1024

Parsed = TypeVar("Parsed")


class Validator:
    """Judges code, whoever wrote it. Infrastructure faults raise MissingPart or TimedOut, never a verdict."""

    def __init__(
        self,
        runner: Runner,
        settings: ValidationSettings,
        signer: Signer | None = None,
        *,
        random: Random | None = None,
        policy: Policy | None = None,
    ) -> None:
        self._runner = runner
        self._settings = settings
        self._signer = signer
        self._policy = policy or Policy()
        self._random = random or SystemRandom()
        self._turns = Turns()
        self._cache = VerdictCache(settings.cache_size)
        self._challenges = ChallengeCache(settings.cache_size)
        self._versions = Versions(runner, install=settings.match_kernel_packages)

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
        admitted = await self._admit(request, generated, allowed_packages)
        async with self._turns.of(admitted.key):
            verdict = self._cache.get(admitted.key)
            if verdict is None:
                # Waiting for a turn is no part of what judging takes.
                begun = time.monotonic()
                judged, run = await self._judge(admitted)
                verdict = judged.model_copy(update={"duration_ms": _since(begun)})
                self._cache.put(admitted.key, verdict, run)
        receipt = self._receipt(request, verdict)
        return verdict.model_copy(update={"duration_ms": _since(started), "receipt": receipt})

    async def observe(
        self,
        request: ValidationRequest,
        probes: bool = True,
        *,
        only: Collection[str] | None = None,
        generated: bool = False,
        allowed_packages: Collection[str] = (),
    ) -> dict[str, tuple[str, ...]]:
        """What the code does where the tests look, without judging it: id → texts in the order they came.

        A text is the canonical form of a value or ``raised TypeName``; solutions with equal texts behave alike
        there. With `probes` also for further inputs, as ``probe::f(0, 3)``, the same for the same tests. `only`
        names the tests that are looked at (ids, or names without the file); all if not given. Each runs twice,
        and what differs between them is left out, as is what never came. Raises as `validate` does.
        """
        admitted = await self._admit(request, generated, allowed_packages)
        language = admitted.language
        suite = await asyncio.to_thread(language.observation, request, only, probes)
        if not suite.collect:
            return {}
        return language.observed(suite, (await self._run(admitted.observation(suite))).reports)

    async def challenge(
        self,
        request: ValidationRequest,
        verdict: Verdict,
        *,
        generated: bool = False,
        allowed_packages: Collection[str] = (),
    ) -> Challenge:
        """Would the tests of `request`, which passed with `verdict`, notice a mistake in its code?

        Takes max(`challenge_seconds`, 1.5 × the plain verdict) from when a container is at hand. Raises as
        `validate`.
        """
        started = time.monotonic()
        if verdict.status != "passed":
            return refused("Only code whose tests passed is challenged.")
        admitted = await self._admit(request, generated, allowed_packages)
        challenge = self._challenges.get(admitted.key)
        if challenge is None:
            plan, imports = await self._parsed(request, self._plan, admitted.language)
            job = admitted.mutants(plan, imports)
            if not job.changes:
                return refused("Nothing in the code can be changed in a small way.")
            # A verdict from the cache took no time; what counts is how long judging took.
            plain = self._cache.get(admitted.key) or verdict
            budget = budget_seconds(plain, self._settings.challenge_seconds, time.monotonic() - started)
            run = await self._runner.run_mutants(job, budget)
            challenge = assess(plan, run, admitted.language)
            self._challenges.put(admitted.key, challenge, run)
        return challenge.model_copy(update={"duration_ms": _since(started)})

    async def tidy(self, language: str, files: dict[str, str], *, notebook: list[str]) -> dict[str, str]:
        """The files formatted and safely mended; unparsable ones come back as they were."""
        door.check_files("files", files)
        tidied = (await self._runner.analyze(jobs.tidying(language, files, notebook))).tidied
        return {
            path: tidied.get(path, text.encode()).decode(errors="replace") for path, text in files.items()
        }

    def _receipt(self, request: ValidationRequest, verdict: Verdict) -> Receipt | None:
        """The signed receipt of a verdict that proves something: code that was executed and passed or ran."""
        if self._signer is None or verdict.isolation is None or verdict.status not in ("passed", "ran"):
            return None
        return self._signer.sign(receipts.content_of(request, verdict))

    def _asked(self, request: ValidationRequest) -> list[Signal]:
        if self._policy.security_forced:
            return list(dict.fromkeys([*request.signals, "security"]))
        return [
            signal
            for signal in request.signals
            if signal != "security" or self._settings.enable_security_scan
        ]

    async def _admit(self, request: ValidationRequest, generated: bool, allowed: Collection[str]) -> Admitted:
        door.check(request, self._settings, LANGUAGES.keys())
        language = LANGUAGES[request.language]
        requirements = packages.approved(
            request.requirements, in_image=language.packages, allowed=allowed, generated=generated
        )
        requirements, differing = await self._versions.settle(request, language, requirements)
        key = await self._key(request, language, generated, allowed, differing)
        timeout = self._timeout(request)
        return Admitted(request, language, requirements, differing, timeout, generated, key)

    async def _key(
        self,
        request: ValidationRequest,
        language: Language,
        generated: bool,
        allowed: Collection[str],
        differing: dict[str, str],
    ) -> str:
        policy: dict[str, object] = {
            "signals": self._asked(request),
            "block_high_severity": self._settings.block_high_severity,
            "timeout_seconds": self._timeout(request),
            "packages": differing,
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

    async def _judge(self, admitted: Admitted) -> tuple[Verdict, TestRun | None]:
        request, language = admitted.request, admitted.language
        suite, imports = await self._parsed(request, self._suite, language)
        run: TestRun | None = None
        async with one_error(), asyncio.TaskGroup() as group:
            analyzing = group.create_task(self._runner.analyze(admitted.analysis()))
            comparing = group.create_task(self._newer(request, language))
            reading = group.create_task(asyncio.to_thread(language.silent_failures, request.files))
            looking_up = group.create_task(asyncio.to_thread(self._blocked, request, language))
            if suite is not None:
                looking = group.create_task(asyncio.to_thread(language.look, request))
                run = await group.create_task(self._run(admitted.tests(suite, imports)))
        evidence = Evidence(
            asked=self._asked(request),
            analysis=analyzing.result(),
            suite=suite,
            run=run,
            newer=comparing.result(),
            known_names=request.known_names,
            silent=reading.result(),
            paths=request.files.keys(),
            blocked=looking_up.result(),
            forced=self._policy.security_forced and "security" not in request.signals,
        )
        if suite is not None and run is not None:
            evidence.judgement = await self._judgement(admitted, suite, run, looking.result())
            evidence.notebook = await asyncio.to_thread(self._proof, admitted, evidence.judgement)
        return assemble(evidence, language, block_high_severity=self._settings.block_high_severity), run

    async def _judgement(self, admitted: Admitted, suite: Suite, run: TestRun, look: Look) -> Judgement:
        """What the run's reports mean, with what looking at the code and asking it add."""
        request = admitted.request
        judgement = Judge(
            suite,
            run,
            admitted.language,
            examples=request.examples,
            generated=admitted.generated,
            timeout_seconds=admitted.timeout_seconds,
            own_modules=frozenset(path.split("/")[0].removesuffix(".py") for path in request.files),
            known_names=frozenset(request.known_names),
            notebook=request.notebook,
            # Who sends code of their own may see what it does with their own data.
            discretion=Discretion(request) if admitted.generated else None,
            gaming=[*look.findings, *gaming.of_effects(run.effects, request.files, request.tests)],
        ).judge()
        if look.questions and judgement.passed:
            inquiry = admitted.language.inquiry(request, look.questions)
            answers = await self._runner.run_tests(admitted.inquiry(inquiry))
            judgement.add(admitted.language.answered(inquiry, answers))
        return judgement

    @staticmethod
    def _proof(admitted: Admitted, judgement: Judgement) -> NotebookProof | None:
        """What of its notebook the code was judged in."""
        notebook = admitted.request.notebook
        if notebook is None:
            return None
        needed = admitted.language.needs([*notebook.before, *admitted.request.files.values()])
        return proof.proof_of(notebook, needed, judgement.not_there, admitted.packages)

    @staticmethod
    async def _parsed(
        request: ValidationRequest,
        parse: Callable[[ValidationRequest, Language], Parsed],
        language: Language,
    ) -> Parsed:
        size = sum(map(len, request.files.values())) + sum(map(len, request.tests.values()))
        if size <= _INLINE_BYTES:
            return parse(request, language)
        return await asyncio.to_thread(parse, request, language)

    def _blocked(self, request: ValidationRequest, language: Language) -> list[SecurityFinding]:
        if not self._policy.blocks_imports:
            return []
        return blocked.findings(language.import_sites(request.files), self._policy)

    def _suite(self, request: ValidationRequest, language: Language) -> tuple[Suite | None, list[str]]:
        if "tests" not in request.signals:
            return None, []
        return language.suite(request, self._random), jobs.imports(request, language)

    @staticmethod
    def _plan(request: ValidationRequest, language: Language) -> tuple[Plan, list[str]]:
        """Without sentinels: they would fail on every mutant, and no verdict is drawn from these runs."""
        suite = language.suite(request, None)
        files = {path: text for path, text in request.files.items() if path not in suite.withheld}
        plan = Plan(suite, spread(language.changes(files, request.the_cell)), request.examples)
        return plan, jobs.imports(request, language)

    async def _run(self, job: TestJob) -> TestRun:
        run = await self._runner.run_tests(job)
        if run.exit.reason in ("infrastructure", "cancelled"):
            raise RunnerUnavailable(
                f"The run was not carried out: {run.exit.detail or run.exit.reason} Try again; "
                "`jupyter coding-agent doctor` shows how the container engine is."
            )
        return run

    async def _newer(self, request: ValidationRequest, language: Language) -> str:
        if request.kernel_python is None:
            return ""
        return await asyncio.to_thread(language.newer_than, request.files, request.kernel_python)


def _since(started: float) -> float:
    """Milliseconds since then."""
    return round((time.monotonic() - started) * 1000, 1)
