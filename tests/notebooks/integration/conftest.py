"""The room over real containers for all of these tests."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest_asyncio

from jupyter_coding_agent.notebooks.service import Notebooks
from jupyter_coding_agent.notebooks.settings import NotebookSettings
from jupyter_coding_agent.runner.service import ContainerRunner
from jupyter_coding_agent.runner.settings import RunnerSettings
from jupyter_coding_agent.validation.receipts import Signer
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.engine import Engine, engine, new_owner

__all__ = ["engine"]


class Ground:
    """The room, and whose its containers are."""

    def __init__(self, room: Notebooks, owner: str, engine: Engine) -> None:
        self.room = room
        self.owner = owner
        self.engine = engine


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def ground(engine: Engine, tmp_path_factory) -> AsyncIterator[Ground]:
    """Nothing is kept ready, so that every test container is one of a run."""
    owner = new_owner()
    runner = ContainerRunner(
        RunnerSettings(warm_plain=0, warm_data=0, warm_plot=0), owner, secrets.token_hex(6)
    )
    signer = Signer.load(tmp_path_factory.mktemp("data"))
    validator = Validator(runner, ValidationSettings(), signer)
    try:
        yield Ground(Notebooks(runner, validator, NotebookSettings(), signer=signer), owner, engine)
    finally:
        await runner.close()
