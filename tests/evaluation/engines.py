"""The whole engine for one arm and seed: a process of its own with a private data directory and configuration."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from jupyter_coding_agent.core.paths import socket_path

STOP_SECONDS = 60.0

ARMS: dict[str, dict[str, dict[str, Any]]] = {
    "single": {"AgentSettings": {"judgement": "plain"}, "ExecutionSettings": {"max_attempts": 1}},
    "repair": {"AgentSettings": {"judgement": "plain"}, "ExecutionSettings": {"max_attempts": 5}},
    "full": {"AgentSettings": {"judgement": "full"}, "ExecutionSettings": {"max_attempts": 5}},
}
"""Arm → the settings that make it."""


@dataclass(frozen=True)
class ModelAccess:
    """How an engine reaches its model: settings, and whether the user's own configuration is in force."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    users_configuration: bool = False


def configuration(arm: str, model: ModelAccess, at_once: int) -> dict[str, dict[str, Any]]:
    """An engine's settings, by section."""
    chosen = ARMS[arm]
    return {
        "AgentSettings": chosen["AgentSettings"],
        "ExecutionSettings": {"concurrency": at_once, "daily_limit": 10**6, **chosen["ExecutionSettings"]},
        "RunnerSettings": {"warm_plain": 2, "warm_data": 2, "warm_plot": 1, "warm_memory_mb": 1024},
        "ValidationSettings": {"cache_size": 2048},
        "ModelSettings": dict(model.settings),
    }


def served_at(name: str, api_base: str, price: tuple[float, float]) -> ModelAccess:
    """A model behind an OpenAI-compatible server. `price`: US dollars per million tokens, in and out."""
    settings = {
        "llm_provider": [name],
        "api_base": {name: api_base},
        "prices": {name: list(price)},
        "templates_fallback": False,
    }
    return ModelAccess(name, settings)


@asynccontextmanager
async def engine(
    home: Path, arm: str, model: ModelAccess, at_once: int, log: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a running engine, which is ended afterwards. Raises RuntimeError where it does not start."""
    config, data = home / "config", home / "data"
    config.mkdir(parents=True, exist_ok=True)
    settings = json.dumps(configuration(arm, model, at_once), indent=1)
    (config / "jupyter_coding_agent_config.json").write_text(settings)
    # This path's files win over the user's.
    environ = os.environ | {"JUPYTER_CONFIG_PATH": str(config)}
    if not model.users_configuration:
        environ |= {"JUPYTER_CONFIG_DIR": str(config)}
    with log.open("ab") as said:
        process = await _start(data, environ, said)
    try:
        transport = httpx.AsyncHTTPTransport(uds=str(socket_path(data)))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://engine/coding-agent", timeout=900
        ) as client:
            yield client
    finally:
        await _stop(process)


async def _start(data: Path, environ: Mapping[str, str], log: Any) -> asyncio.subprocess.Process:
    reading, writing = os.pipe()
    with os.fdopen(reading) as ready:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "jupyter_coding_agent", "serve"),
                *("--data-dir", str(data), "--ready-fd", str(writing)),
                env=dict(environ),
                pass_fds=[writing],
                stdout=log,
                stderr=log,
            )
        finally:
            os.close(writing)
        line = await asyncio.to_thread(ready.readline)
    if not (line and json.loads(line).get("ready")):
        await _stop(process)
        raise RuntimeError(f"The engine did not start: {line or 'see its log'}")
    return process


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
