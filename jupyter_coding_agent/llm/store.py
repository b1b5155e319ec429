"""The calls of models, as they are kept: one row a call, with its hops."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from ..core.clock import iso, now
from ..storage.database import Database
from .models import Completion, Hop, ModelRequest


class CallStore:
    """The table ``llm_calls``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(
        self, request: ModelRequest, hops: Sequence[Hop], completion: Completion | None, outcome: str
    ) -> None:
        """Keep one call; `outcome` is served, failed or cancelled. What it cost is what its hops cost."""
        async with self._database.transaction() as tx:
            await tx.insert(
                """
                INSERT INTO llm_calls (execution_id, user, purpose, tier, model, outcome, hops, input_tokens,
                                       output_tokens, cost_usd, latency_ms, at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                (
                    request.execution_id,
                    request.user,
                    request.purpose,
                    request.tier,
                    completion.model if completion else None,
                    outcome,
                    json.dumps([hop.model_dump() for hop in hops]),
                    completion.input_tokens if completion else 0,
                    completion.output_tokens if completion else 0,
                    sum(hop.cost_usd for hop in hops),
                    sum(hop.latency_ms for hop in hops),
                    iso(now()),
                ),
            )

    async def cost_since(self, moment: datetime) -> float:
        """US dollars of all users' calls since `moment`: the keys are the server's, so the bill is one."""
        row = await self._database.fetch_one(
            "SELECT coalesce(sum(cost_usd), 0) AS cost FROM llm_calls WHERE at >= ?", (iso(moment),)
        )
        return float(row["cost"]) if row else 0.0

    async def served(self, execution_id: str) -> list[tuple[str, str]]:
        """Tier and model of each of one execution's calls that was served, in order."""
        rows = await self._database.fetch_all(
            """
            SELECT tier, model FROM llm_calls
            WHERE execution_id = ? AND outcome = 'served' AND purpose != 'chat' ORDER BY id
            """,
            (execution_id,),
        )
        return [(row["tier"], row["model"]) for row in rows]

    async def execution_cost(self, execution_id: str) -> float:
        """US dollars of one execution's calls."""
        row = await self._database.fetch_one(
            "SELECT coalesce(sum(cost_usd), 0) AS cost FROM llm_calls WHERE execution_id = ?", (execution_id,)
        )
        return float(row["cost"]) if row else 0.0
