"""One judge over real containers for all of these tests."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest_asyncio

from jupyter_coding_agent.runner.service import ContainerRunner
from jupyter_coding_agent.runner.settings import RunnerSettings
from jupyter_coding_agent.validation.receipts import Signer
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.engine import Engine, engine, new_owner

__all__ = ["engine"]


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def judge(engine: Engine, tmp_path_factory) -> AsyncIterator[Validator]:
    """A judge whose runner keeps two containers ready, and whose verdicts are never taken from memory."""
    runner = ContainerRunner(RunnerSettings(warm_plain=2, warm_data=1), new_owner(), secrets.token_hex(6))
    settings = ValidationSettings(cache_size=0, timeout_seconds=20)
    validator = Validator(runner, settings, Signer.load(tmp_path_factory.mktemp("data")))
    try:
        runner.warm()
        yield validator
    finally:
        await runner.close()
