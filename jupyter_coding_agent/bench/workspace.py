"""What much stored data costs: a page of a long list and a search beside the same of a short one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

from ..core.errors import AgentError
from .claims import Claim, alternate
from .server import client_of, jupyter_server
from .stock import COMMON, KEEP, PER_SESSION, UNCOMMON, execution_id, session_id, stock

ROUNDS = 31
ARTIFACTS = (100, 50_000)
EXECUTIONS = (100, 10_000)
LIMIT = 20
"""Rows of a page."""

Get = Callable[[str], Awaitable[Any]]


async def lists(root: Path) -> list[Claim]:
    """Pages and searches through the gate of two servers, one with little and one with much."""
    claims = []
    async with AsyncExitStack() as stack:
        sides: list[Get] = []
        for name, artifacts, executions in zip(("few", "many"), ARTIFACTS, EXECUTIONS, strict=True):
            await stock(root / name / "data", artifacts=artifacts, executions=executions)
            server = await stack.enter_async_context(
                jupyter_server(root / name, extension=True, settings=KEEP)
            )
            client = await stack.enter_async_context(client_of(server))
            sides.append(partial(_get, client))
            await _check(sides[-1], artifacts, executions)
        for title, paths in _questions():
            claims.append(await _compare(title, sides, paths))
    return claims


def _questions() -> list[tuple[str, tuple[str, str]]]:
    """What is asked for, and where on either side."""
    session, execution = session_id(50), execution_id(50)
    artifacts = f"page of {ARTIFACTS[1]:,} artifacts / of {ARTIFACTS[0]}"
    executions = f"page of {EXECUTIONS[1]:,} executions / of {EXECUTIONS[0]}"
    search = f"search in {EXECUTIONS[1]:,} executions' messages / in {EXECUTIONS[0]}'s"
    same = [
        (artifacts, "artifacts"),
        (f"{artifacts}, by type", "artifacts?type=output"),
        (f"{artifacts}, by language", "artifacts?language=sql"),
        (f"{artifacts}, by type and language", "artifacts?type=output&language=sql"),
        (f"{artifacts}, by session", f"artifacts?session_id={session}"),
        (f"{artifacts}, by execution", f"artifacts?execution_id={execution}"),
        (executions, "executions"),
        (f"{executions}, by status", "executions?status=failed"),
        (f"{executions}, by language", "executions?language=sql"),
        (f"{executions}, by session", f"executions?session_id={session}"),
        (f"{search}, a word of one in 100", f"sessions?q={UNCOMMON}"),
        (f"{search}, a word of each", f"sessions?q={COMMON}"),
    ]
    last = [
        (f"last {artifacts}", "artifacts", ARTIFACTS),
        (f"last {executions}", "executions", EXECUTIONS),
        (f"last page of {search}", f"sessions?q={COMMON}", tuple(n // PER_SESSION for n in EXECUTIONS)),
    ]
    return [(title, (path, path)) for title, path in same] + [
        (title, (_last(path, few), _last(path, many))) for title, path, (few, many) in last
    ]


def _last(path: str, rows: int) -> str:
    return f"{path}{'&' if '?' in path else '?'}page={-(-rows // LIMIT)}"


async def _check(get: Get, artifacts: int, executions: int) -> None:
    """What was written is what the server has. Raises AgentError."""
    found = [(await get(path))["total"] for path in ("artifacts", "executions", f"sessions?q={COMMON}")]
    if found != (wanted := [artifacts, executions, executions // PER_SESSION]):
        raise AgentError(f"The bench's server has {found} artifacts, executions and sessions, not {wanted}.")


async def _compare(title: str, sides: list[Get], paths: tuple[str, str]) -> Claim:
    for get, path in zip(sides, paths, strict=True):
        await get(path)

    async def ask(get: Get, path: str) -> None:
        await get(path)

    few, many = await alternate(
        [partial(ask, get, path) for get, path in zip(sides, paths, strict=True)], ROUNDS
    )
    return Claim(title, many / few, "at most", 3, "×", f"{many * 1000:.1f} ms against {few * 1000:.1f} ms")


async def _get(client: Any, path: str) -> Any:
    return (await client.get(f"coding-agent/{path}")).raise_for_status().json()
