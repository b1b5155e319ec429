"""The engine of a data directory, for the commands that need one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..client.api import AgentClient
from ..client.private import private_endpoint
from ..core.paths import data_dir


@contextmanager
def engine(configured: str) -> Iterator[AgentClient]:
    """A client of the engine, which is started if need be. Raises EngineUnavailable."""
    data = data_dir(configured)
    client = AgentClient(lambda: private_endpoint(data))
    try:
        yield client
    finally:
        client.close()
