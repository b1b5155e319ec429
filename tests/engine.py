"""The real container engine for integration tests: a room's conftest.py imports the fixtures that it uses."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import docker
import docker.errors
import pytest

from jupyter_coding_agent.runner.backends.protocol import OWNER_LABEL, ROLE_LABEL
from jupyter_coding_agent.runner.models import TestJob
from jupyter_coding_agent.runner.service import ContainerRunner
from jupyter_coding_agent.runner.settings import RunnerSettings

_SCRIPT = Path(__file__).parent.parent / "scripts" / "ensure-engine.sh"

MakeRunner = Callable[..., ContainerRunner]


class Engine:
    """What tests ask the engine itself, past the runner."""

    def __init__(self) -> None:
        self.client = docker.from_env()

    def containers(self, owner: str, role: str | None = None) -> list[Any]:
        """The containers with this owner's label, running or not."""
        labels = [f"{OWNER_LABEL}={owner}", *([f"{ROLE_LABEL}={role}"] if role else [])]
        return list(self.client.containers.list(all=True, filters={"label": labels}, ignore_removed=True))

    async def settles(self, condition: Callable[[], bool], within: float = 20.0) -> bool:
        """Whether `condition`, which asks the engine, holds within so many seconds."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if await asyncio.to_thread(condition):
                return True
            await asyncio.sleep(0.05)
        return False

    async def empties(self, owner: str, role: str | None = None, within: float = 20.0) -> bool:
        """Whether the owner has no container within so many seconds."""
        return await self.settles(lambda: not self.containers(owner, role), within)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """A running engine that has the Python image."""
    try:
        docker.from_env().ping()
    except docker.errors.DockerException:
        subprocess.run([_SCRIPT, sys.executable], check=True)
    found = Engine()
    asyncio.run(_build())
    return found


async def _build() -> None:
    runner = ContainerRunner(RunnerSettings(), new_owner(), "build")
    try:
        await runner.build_images(["python"])
    finally:
        await runner.close()


def new_owner() -> str:
    """A label that no other test uses."""
    return f"test-{secrets.token_hex(6)}"


@pytest.fixture
async def make_runner(engine: Engine) -> AsyncIterator[MakeRunner]:
    """Makes runners, `make_runner(owner, **settings)`, closes them, and sees that they left no container."""
    made: dict[ContainerRunner, str] = {}

    def make(owner: str | None = None, **settings: Any) -> ContainerRunner:
        label = owner or new_owner()
        runner = ContainerRunner(RunnerSettings(**settings), label, secrets.token_hex(6))
        made[runner] = label
        return runner

    yield make
    for runner in made:
        await runner.close()
    assert [owner for owner in set(made.values()) if engine.containers(owner)] == []


@pytest.fixture
def runner(make_runner: MakeRunner) -> ContainerRunner:
    """A runner that keeps one container ready."""
    return make_runner(warm_plain=1, warm_data=0, warm_plot=0)


ADD = b"def add(a, b):\n    return a + b\n"
TEST_ADD = b"from solution import add\n\n\ndef test_adds():\n    assert add(1, 2) == 3\n"


def add_job(**values: Any) -> TestJob:
    """A job that passes."""
    return job(ADD, TEST_ADD, **values)


def job(solution: bytes | str, tests: bytes | str, **values: Any) -> TestJob:
    """A job of one file and one test file."""
    return TestJob(
        files={"solution.py": solution.encode() if isinstance(solution, str) else solution},
        tests={"test_solution.py": tests.encode() if isinstance(tests, str) else tests},
        collect=["test_solution.py"],
        **values,
    )
