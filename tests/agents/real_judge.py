"""The real judge, on real containers: a folder's conftest.py imports the fixtures."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest_asyncio

from jupyter_coding_agent.runner.service import ContainerRunner
from jupyter_coding_agent.runner.settings import RunnerSettings
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.engine import Engine, engine, new_owner

__all__ = ["engine", "judge"]


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def judge(engine: Engine) -> AsyncIterator[Validator]:
    """A judge whose runner keeps two containers ready."""
    runner = ContainerRunner(
        RunnerSettings(warm_plain=2, warm_data=0, warm_plot=0), new_owner(), secrets.token_hex(6)
    )
    try:
        runner.warm()
        yield Validator(runner, ValidationSettings(cache_size=0, challenge_seconds=10))
    finally:
        await runner.close()
