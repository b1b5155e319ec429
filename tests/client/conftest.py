from __future__ import annotations

from collections.abc import Iterator

import pytest

from jupyter_coding_agent.client.api import AgentClient
from jupyter_coding_agent.client.endpoint import Endpoint
from tests.fake_engine import Running, running


@pytest.fixture
def fake() -> Iterator[Running]:
    with running() as server:
        yield server


@pytest.fixture
def client(fake: Running) -> Iterator[AgentClient]:
    agent = AgentClient(lambda: Endpoint("socket", f"http://127.0.0.1:{fake.port}"), patience=2)
    yield agent
    agent.close()
