"""What /stats counts, in SQL over the executions' and the models' tables."""

from __future__ import annotations

from ..storage.database import Database
from .models import DayStats, LanguageStats, ModelStats, Stats

DAYS = 30


class StatsStore:
    """Reads only. Raises StorageUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stats(self, user: str) -> Stats:
        """Everything of one user's that was carried out: a result that was given again counts once."""
        by_status = await self._by_status(user)
        ended = await self._ended(user)
        judged = sum(by_status.get(status, 0) for status in ("passed", "failed", "partial"))
        by_model = await self._by_model(user)
        return Stats(
            executions=sum(by_status.values()),
            by_status=by_status,
            pass_rate=by_status.get("passed", 0) / judged if judged else None,
            mean_attempts=ended["mean_attempts"],
            mean_seconds=ended["mean_seconds"],
            median_seconds=ended["median_seconds"],
            mean_quality=ended["mean_quality"],
            input_tokens=sum(model.input_tokens for model in by_model),
            output_tokens=sum(model.output_tokens for model in by_model),
            cost_usd=sum(model.cost_usd for model in by_model),
            by_language=await self._by_language(user),
            by_model=by_model,
            by_day=await self._by_day(user),
        )

    async def _by_status(self, user: str) -> dict[str, int]:
        rows = await self._database.fetch_all(
            "SELECT status, count(*) AS n FROM code_executions WHERE user = ? AND NOT reused GROUP BY status",
            (user,),
        )
        return {row["status"]: row["n"] for row in rows}

    async def _ended(self, user: str) -> dict[str, float | None]:
        row = await self._database.fetch_one(
            """
            WITH ended AS (
                SELECT (julianday(finished_at) - julianday(started_at)) * 86400.0 AS seconds, quality_score,
                    (SELECT count(*) FROM execution_attempts AS a WHERE a.execution_id = e.id) AS attempts
                FROM code_executions AS e
                WHERE user = ? AND status IN ('passed', 'failed', 'partial') AND started_at IS NOT NULL
            ), ranked AS (
                SELECT seconds, row_number() OVER (ORDER BY seconds) AS place, count(*) OVER () AS n
                FROM ended
            )
            SELECT avg(attempts) AS mean_attempts, avg(seconds) AS mean_seconds,
                avg(quality_score) AS mean_quality,
                (SELECT avg(seconds) FROM ranked WHERE place IN ((n + 1) / 2, (n + 2) / 2)) AS median_seconds
            FROM ended
            """,
            (user,),
        )
        assert row is not None
        return dict(row)

    async def _by_language(self, user: str) -> list[LanguageStats]:
        rows = await self._database.fetch_all(
            """
            SELECT language, count(*) AS executions, sum(status = 'passed') AS passed,
                avg((SELECT count(*) FROM execution_attempts AS a WHERE a.execution_id = e.id))
                    AS mean_attempts,
                avg(quality_score) AS mean_quality,
                avg((julianday(finished_at) - julianday(started_at)) * 86400.0) AS mean_seconds
            FROM code_executions AS e
            WHERE user = ? AND status IN ('passed', 'failed', 'partial') AND NOT reused
            GROUP BY language ORDER BY executions DESC
            """,
            (user,),
        )
        return [LanguageStats.model_validate(dict(row)) for row in rows]

    async def _by_model(self, user: str) -> list[ModelStats]:
        rows = await self._database.fetch_all(
            """
            SELECT model, count(*) AS calls, sum(input_tokens) AS input_tokens,
                sum(output_tokens) AS output_tokens, sum(cost_usd) AS cost_usd,
                avg(latency_ms) AS mean_latency_ms
            FROM llm_calls WHERE user = ? AND model IS NOT NULL GROUP BY model ORDER BY calls DESC
            """,
            (user,),
        )
        return [ModelStats.model_validate(dict(row)) for row in rows]

    async def _by_day(self, user: str) -> list[DayStats]:
        rows = await self._database.fetch_all(
            """
            SELECT substr(created_at, 1, 10) AS day, count(*) AS executions, sum(status = 'passed') AS passed,
                avg(quality_score) AS mean_quality, sum(cost_usd) AS cost_usd
            FROM code_executions WHERE user = ? AND NOT reused GROUP BY day ORDER BY day DESC LIMIT ?
            """,
            (user, DAYS),
        )
        return [DayStats.model_validate(dict(row)) for row in rows]
