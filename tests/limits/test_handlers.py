"""What is shown is what is in force, on a real engine."""

from __future__ import annotations

from pathlib import Path

from traitlets.config import Config

from jupyter_coding_agent.engine import Engine
from jupyter_coding_agent.web.headers import USER_HEADER
from tests.engine_process import NO_DOCKER
from tests.serving import served

OWN = {"RunnerSettings": {"docker_host": NO_DOCKER}, "ModelSettings": {"llm_provider": ["templates"]}}


async def limits(data: Path, config: dict[str, dict[str, object]], asked: int = 0) -> dict[str, object]:
    """Ada's, after she has asked so often."""
    data.mkdir(mode=0o700)
    engine = await Engine.start(data, Config(OWN | config), environ={})
    try:
        async with served(engine.routes(), data / "private" / "socket") as client:
            headers = {USER_HEADER: "ada"}
            for _ in range(asked):
                await client.post("/execute", json={"prompt": "sort"}, headers=headers)
            await client.post("/execute", json={"prompt": "sort"}, headers={USER_HEADER: "bob"})
            found: dict[str, object] = (await client.get("/limits", headers=headers)).json()
            return found
    finally:
        await engine.close()


async def test_without_rules_there_are_the_defaults(tmp_path: Path):
    assert await limits(tmp_path / "data", {}) == {
        "user": "ada",
        "tier": "free",
        "executions_per_day": 100,
        "executions_used": 0,
        "posts_per_minute": 600,
        "kept_days": 7,
        "kept_executions": 50,
        "allowed_models": None,
        "blocked_models": [],
        "blocked_imports": [],
        "allowed_outputs": ["snippet", "zip", "pr"],
        "security_scan_forced": False,
        "samples_welcome": False,
        "cost_per_execution_usd": None,
        "cost_per_month_usd": None,
    }


async def test_rules_and_what_is_used_are_shown(tmp_path: Path):
    config: dict[str, dict[str, object]] = {
        "PolicySettings": {
            "allowed_models": ["ollama/*"],
            "posts_per_minute": 0,
            "force_security_scan": True,
        },
        "UserSettings": {"tiers": {"ada": "premium"}},
        "RetentionSettings": {"premium_days": 180},
        "AgentSettings": {"max_cost_usd": 0.5},
        "ModelSettings": {"llm_provider": ["templates"], "cost_limit_monthly": 9.0},
        "ExecutionSettings": {"daily_limit": 3},
    }
    shown = await limits(tmp_path / "data", config, asked=2)
    assert (shown["tier"], shown["kept_days"]) == ("premium", 180)
    assert (shown["executions_per_day"], shown["executions_used"]) == (3, 2)
    assert (shown["allowed_models"], shown["posts_per_minute"]) == (["ollama/*"], None)
    assert (shown["cost_per_execution_usd"], shown["cost_per_month_usd"]) == (0.5, 9.0)
    assert shown["security_scan_forced"] is True
