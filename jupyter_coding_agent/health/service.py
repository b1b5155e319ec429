"""How the engine is: every check in a sentence, and what to do where something is wrong."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable
from typing import Protocol

from .. import __version__
from ..core.errors import StorageUnavailable
from ..llm.models import TierStatus
from ..runner.models import RunnerStatus
from ..storage.database import Database
from .models import Check, Checks, Health, State, Stats
from .store import StatsStore

LOW_DISK_BYTES = 500 * 1024**2
TEMPLATES = "templates"
_DOCKER = {
    "linux": ["sudo systemctl start docker", 'sudo usermod -aG docker "$USER"'],
    "darwin": ["open -a Docker"],
}
"""By platform, what starts the container engine and lets the user reach it."""
_WORSE: list[State] = ["ok", "degraded", "missing"]


class RunnerPart(Protocol):
    """What is asked of the runner."""

    async def status(self) -> RunnerStatus:
        """Never raises."""


class ModelsPart(Protocol):
    """What is asked of the models."""

    async def tiers(self) -> list[TierStatus]:
        """Every tier with its chain."""


class HealthService:
    """Health and statistics. Asking changes nothing and starts nothing."""

    def __init__(
        self,
        database: Database,
        runner: RunnerPart,
        models: ModelsPart,
        *,
        free_bytes: Callable[[], int] | None = None,
    ) -> None:
        self._database = database
        self._runner = runner
        self._models = models
        self._stats = StatsStore(database)
        self._free_bytes = free_bytes or (lambda: shutil.disk_usage(database.path.parent).free)

    async def health(self) -> Health:
        """Every check, made now and side by side."""
        storage, runner, models = await asyncio.gather(
            self._storage(), self._runner_check(), self._models_check()
        )
        needed = (storage, runner, models)
        return Health(
            status=max((check.state for check in needed), key=_WORSE.index),
            version=__version__,
            checks=Checks(
                storage=storage,
                runner=runner,
                models=models,
                search=Check(state="missing", sentence="Code search is not part of this version."),
                browser=Check(
                    state="missing", sentence="Screenshots and UI tests are not part of this version."
                ),
            ),
        )

    async def stats(self, user: str) -> Stats:
        """The user's numbers."""
        return await self._stats.stats(user)

    async def _storage(self) -> Check:
        try:
            # Takes the writer's lock and gives it back: what is locked, read-only or damaged says so here.
            async with self._database.transaction():
                free = await asyncio.to_thread(self._free_bytes)
        except StorageUnavailable as error:
            return Check(state="missing", sentence=error.message, fix="Mend what the sentence names.")
        where = self._database.path.parent
        if free < LOW_DISK_BYTES:
            return Check(
                state="degraded",
                sentence=f"Only {free // 1024**2} MiB are free where the data directory {where} is.",
                fix="Free some space on that disk.",
            )
        return Check(state="ok", sentence=f"The data directory is {where}.")

    async def _runner_check(self) -> Check:
        status = await self._runner.status()
        if status.state == "ok":
            return Check(state="ok", sentence=status.sentence)
        if not status.engine_version:
            return Check(
                state=status.state,
                sentence=status.sentence,
                fix="Install and start Docker, and let your user reach its socket (group docker).",
                commands=_DOCKER.get(sys.platform, []),
            )
        lacking = [image.language for image in status.images if image.state != "ready"]
        build = f"jupyter coding-agent images build {' '.join(lacking)}".rstrip()
        return Check(state=status.state, sentence=status.sentence, fix=f"Run: {build}", commands=[build])

    async def _models_check(self) -> Check:
        tiers = await self._models.tiers()
        served, lacking = [], []
        for tier in tiers:
            first = next((m.model for m in tier.models if m.available and m.model != TEMPLATES), None)
            if first:
                served.append(f"{tier.tier}: {first}")
            else:
                lacking.append(tier.tier)
        if not lacking:
            return Check(state="ok", sentence=f"Models answer ({', '.join(served)}).")
        if served:
            sentence = f"No model answers for {' and '.join(lacking)} requests; {', '.join(served)}."
        else:
            sentence = "No model can be reached: requests are answered from the built-in templates only."
        fix, commands = _way_to_a_model(tiers)
        return Check(state="degraded", sentence=sentence, fix=fix, commands=commands)


def _way_to_a_model(tiers: list[TierStatus]) -> tuple[str, list[str]]:
    """What to do, and what to type for it."""
    models = dict.fromkeys(model.model for tier in tiers for model in tier.models)
    if set(models) == {TEMPLATES}:
        fix = (
            "The setting ModelSettings.llm_provider (CODING_AGENT_LLM_PROVIDER) is 'templates': take it away, and "
            "set an API key (GROQ_API_KEY, …) or start Ollama. Then restart Jupyter."
        )
        return fix, ["unset CODING_AGENT_LLM_PROVIDER"]
    fix = (
        "Set GROQ_API_KEY, DEEPSEEK_API_KEY, OPENAI_API_KEY or ANTHROPIC_API_KEY where Jupyter is started, or start "
        "Ollama; %agent models says why each model can't be used."
    )
    local = [name.partition("/")[2] for name in models if name.startswith("ollama")]
    return fix, [f"ollama pull {name}" for name in local]
