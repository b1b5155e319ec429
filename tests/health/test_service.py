"""What the checks say, and what the numbers count."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_coding_agent.executions.service import ExecutionService
from jupyter_coding_agent.executions.settings import ExecutionSettings
from jupyter_coding_agent.health.handlers import routes
from jupyter_coding_agent.health.service import LOW_DISK_BYTES, HealthService
from jupyter_coding_agent.llm.models import ModelStatus, TierStatus
from jupyter_coding_agent.runner.models import ImageStatus, RunnerStatus
from jupyter_coding_agent.storage.database import Database
from tests.scripted_loop import USER, ScriptedLoop, attempt, events_of, outcome, request
from tests.serving import served


class FakeRunner:
    def __init__(self, **fields: object) -> None:
        known = {"state": "ok", "sentence": "Docker answers.", "backend": "docker", "engine_version": "20"}
        self._status = RunnerStatus.model_validate(known | fields)

    async def status(self) -> RunnerStatus:
        return self._status


class FakeModels:
    def __init__(self, down: str = "down/model", **available: str) -> None:
        self._down = down
        self._available = available

    async def tiers(self) -> list[TierStatus]:
        def status(model: str, available: bool) -> ModelStatus:
            return ModelStatus(model=model, available=available, reason="", local=True)

        return [
            TierStatus(
                tier=tier,  # type: ignore[arg-type]
                models=[status(self._down, False), status(self._available.get(tier, "templates"), True)],
            )
            for tier in ("simple", "medium", "complex")
        ]


ALL_TIERS = {"simple": "a/one", "medium": "a/two", "complex": "a/three"}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "test.sqlite3", busy_timeout_ms=20)
    yield opened
    await opened.close()


def service(
    database: Database, runner: FakeRunner | None = None, models: FakeModels | None = None, free: int = 2**40
):
    return HealthService(
        database, runner or FakeRunner(), models or FakeModels(**ALL_TIERS), free_bytes=lambda: free
    )


async def test_all_is_well(database: Database):
    health = await service(database).health()
    assert health.status == "ok"
    assert health.checks.models.sentence == "Models answer (simple: a/one, medium: a/two, complex: a/three)."
    needed = (health.checks.storage, health.checks.runner, health.checks.models)
    assert [check.fix for check in needed] == [None, None, None]
    # What is not built says so and spoils nothing.
    assert (health.checks.search.state, health.checks.browser.state) == ("missing", "missing")


async def test_without_a_model_the_templates_are_named_and_a_way_out(database: Database):
    health = await service(database, models=FakeModels()).health()
    assert (health.status, health.checks.models.state) == ("degraded", "degraded")
    assert "templates only" in health.checks.models.sentence
    assert "GROQ_API_KEY" in str(health.checks.models.fix)


async def test_models_that_are_not_called_are_pulled_or_allowed(database: Database):
    models = FakeModels(down="ollama/small:7b")
    assert (await service(database, models=models).health()).checks.models.commands == [
        "ollama pull small:7b"
    ]
    # A key would change nothing where the templates alone are to answer.
    check = (await service(database, models=FakeModels(down="templates")).health()).checks.models
    assert "CODING_AGENT_LLM_PROVIDER" in str(check.fix)
    assert check.commands == ["unset CODING_AGENT_LLM_PROVIDER"]


async def test_a_tier_without_a_model_is_named(database: Database):
    check = (await service(database, models=FakeModels(simple="a/one")).health()).checks.models
    assert (check.state, check.sentence) == (
        "degraded",
        "No model answers for medium and complex requests; simple: a/one.",
    )


@pytest.mark.parametrize(
    ("fields", "state", "fix", "command"),
    [
        (
            {"state": "missing", "sentence": "Nothing answers.", "engine_version": ""},
            "missing",
            "start Docker",
            "sudo systemctl start docker",
        ),
        (
            {"state": "degraded", "images": [ImageStatus(language="python", tag="t", state="stale")]},
            "degraded",
            "images build python",
            "jupyter coding-agent images build python",
        ),
    ],
)
async def test_the_runners_state_comes_with_what_to_do(
    database: Database, monkeypatch: pytest.MonkeyPatch, fields, state: str, fix: str, command: str
):
    monkeypatch.setattr("sys.platform", "linux")
    health = await service(database, FakeRunner(**fields)).health()
    check = health.checks.runner
    assert (health.status, check.state, check.commands[0]) == (state, state, command)
    assert fix in str(check.fix)


async def test_a_locked_database_is_missing_and_a_full_disk_degraded(database: Database):
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        health = await service(database).health()
        assert (health.status, health.checks.storage.state) == ("missing", "missing")
        assert "locked" in health.checks.storage.sentence
        other.execute("ROLLBACK")
    check = (await service(database, free=LOW_DISK_BYTES - 1).health()).checks.storage
    assert check.state == "degraded"
    assert "499 MiB" in check.sentence


async def test_numbers_of_nothing_are_none_not_zero(database: Database):
    stats = await service(database).stats(USER)
    assert (stats.executions, stats.by_status, stats.cost_usd) == (0, {}, 0)
    rates = (
        stats.pass_rate,
        stats.mean_attempts,
        stats.mean_seconds,
        stats.median_seconds,
        stats.mean_quality,
    )
    assert rates == (None,) * 5
    assert (stats.by_language, stats.by_model, stats.by_day) == ([], [], [])


async def test_numbers_count_what_happened(database: Database):
    endings = [("passed", 1), ("passed", 3), ("partial", 5), ("cancelled", 0)]

    async def script(recorder, task, history):
        status, tries = endings[int(task.prompt)]
        attempts = [attempt(n, "x", "passed" if n == tries else "failed") for n in range(1, tries + 1)]
        for one in attempts:
            await recorder.attempt(one)
        if status == "cancelled":
            await executions.cancel(USER, task.execution_id)
        return outcome(*attempts, status=status)

    settings = ExecutionSettings(environ={})
    executions = ExecutionService(database, ScriptedLoop(script), settings, languages={"python"})
    await executions.start()
    for number in range(len(endings)):
        name = (await executions.accept(USER, request(str(number), language="python"))).execution_id
        await events_of(executions, name)
    await executions.close()
    async with database.transaction() as tx:
        await tx.execute("UPDATE code_executions SET started_at = '2026-01-01T00:00:00.000Z'")
        for number, seconds in enumerate((2, 4, 12, 1)):
            await tx.execute(
                "UPDATE code_executions SET finished_at = ?, created_at = ? WHERE rowid = ?",
                (
                    f"2026-01-01T00:00:{seconds:02}.000Z",
                    f"2026-01-0{1 + number % 2}T00:00:00.000Z",
                    number + 1,
                ),
            )
        for model, tokens in (("a/one", 10), ("a/one", 30), (None, 0)):
            await tx.execute(
                """
                INSERT INTO llm_calls (user, purpose, tier, model, outcome, hops,
                    input_tokens, output_tokens, cost_usd, latency_ms, at)
                VALUES (?, 'code', 'simple', ?, 'served', '[]', ?, 1, 0.5, 100, '')
                """,
                (USER, model, tokens),
            )
        # What was given again was not carried out again.
        await tx.execute(
            """
            INSERT INTO code_executions
                (id, user, status, request, language, quality_score, reused, created_at, finished_at)
            VALUES ('exe_again', ?, 'passed', '{}', 'python', 1, 1, '2026-01-01', '2026-01-01')
            """,
            (USER,),
        )
    stats = await service(database).stats(USER)
    assert stats.by_status == {"passed": 2, "partial": 1, "cancelled": 1}
    assert (stats.executions, stats.pass_rate) == (4, 2 / 3)
    assert (stats.mean_attempts, stats.mean_quality) == (3, 9)
    assert stats.mean_seconds == pytest.approx(6, abs=0.01)
    assert stats.median_seconds == pytest.approx(4, abs=0.01)
    assert (stats.input_tokens, stats.output_tokens, stats.cost_usd) == (40, 2, 1.0)
    (model,) = stats.by_model
    assert (model.model, model.calls, model.mean_latency_ms) == ("a/one", 2, 100)
    (language,) = stats.by_language
    assert (language.language, language.executions, language.passed) == ("python", 3, 2)
    assert [(day.day, day.executions, day.passed) for day in stats.by_day] == [
        ("2026-01-02", 2, 1),
        ("2026-01-01", 2, 1),
    ]
    assert (await service(database).stats("eve")).executions == 0


async def test_both_endpoints_answer(database: Database, tmp_path: Path):
    async with served(routes(service(database)), tmp_path / "test.sock") as client:
        assert (await client.get("/health")).json()["status"] == "ok"
        assert (await client.get("/stats")).json()["executions"] == 0
