from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from jupyter_coding_agent.bench.notebook import Front
from jupyter_coding_agent.core.errors import AgentError


class Kernel:
    """The other end of a web socket: answers each cell with what `answer` says."""

    def __init__(self, answer: Callable[[str], list[dict[str, Any]]]) -> None:
        self._answer = answer
        self._waiting: list[str] = []

    async def write_message(self, text: str) -> None:
        asked = json.loads(text)
        parent = {"parent_header": {"msg_id": asked["header"]["msg_id"]}}
        others = {"header": {"msg_type": "display_data"}, "parent_header": {"msg_id": "another's"}}
        for message in [others, *({**one, **parent} for one in self._answer(asked["content"]["code"]))]:
            self._waiting.append(json.dumps(message))

    async def read_message(self) -> str | None:
        return self._waiting.pop(0) if self._waiting else None


def message(kind: str, **content: Any) -> dict[str, Any]:
    return {"header": {"msg_type": kind}, "content": content}


async def test_what_counts_is_the_first_thing_that_is_seen():
    told = [message("status"), message("display_data"), message("display_data")]
    front = Front(
        Kernel(lambda _: [*told, message("execute_reply", status="ok")]), itertools.count().__next__
    )
    assert await front.run("1") == 1


async def test_a_cell_that_shows_nothing_took_until_its_end():
    front = Front(Kernel(lambda _: [message("execute_reply", status="ok")]), itertools.count().__next__)
    assert await front.run("1") == 1


async def test_a_cell_that_fails_is_no_measurement():
    failed = [message("error"), message("execute_reply", status="error", evalue="no such magic")]
    with pytest.raises(AgentError, match="no such magic"):
        await Front(Kernel(lambda _: failed)).run("%nothing")


async def test_a_kernel_that_goes_away_is_told():
    with pytest.raises(AgentError, match="connection ended"):
        await Front(Kernel(lambda _: [])).run("1")
