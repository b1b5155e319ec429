"""Runs every measurement and prints the table."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from ..core.clock import new_id
from ..core.errors import InvalidInput, MissingPart
from . import PARTS
from .claims import Claim


async def measure(parts: list[str], say: Callable[[str], None]) -> bool:
    """Measure the named parts (all if none); True if every claim holds.

    Raises:
        InvalidInput: there is no such part.
        MissingPart: the tools that are compared with are not installed, or no container engine answers.
    """
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        raise InvalidInput(f"There is no part {unknown[0]!r}; there are: {', '.join(PARTS)}.")
    _need_tools()
    claims: list[Claim] = []
    chosen = parts or list(PARTS)

    async def take(title: str, measuring: Awaitable[Claim | list[Claim]]) -> None:
        say(f"measuring: {title} …")
        found = await measuring
        for claim in found if isinstance(found, list) else [found]:
            claims.append(claim)
            say(claim.line())

    if {"verdicts", "challenge", "burst", "memory"} & set(chosen):
        await _with_engine(chosen, take)
    from . import context, notebook, server

    with tempfile.TemporaryDirectory() as root:
        if "events" in chosen:
            await take("first event", server.first_event(Path(root)))
        if "startup" in chosen:
            await take("server start", server.startup(Path(root)))
            await take("%load_ext", server.load_ext())
        if "context" in chosen:
            await take("looking at a notebook", context.context())
        if "notebook" in chosen:
            await take("the first output", notebook.first_output(Path(root)))
        if "workspace" in chosen:
            await _workspace(Path(root), take)
    broken = [claim for claim in claims if not claim.holds]
    say(f"{len(claims) - len(broken)} of {len(claims)} claims hold on this machine.")
    return not broken


async def _workspace(
    root: Path, take: Callable[[str, Awaitable[Claim | list[Claim]]], Awaitable[None]]
) -> None:
    from . import busy, uploads, workspace

    for name in ("lists", "uploads", "busy"):
        (root / name).mkdir()
    await take("lists and searches", workspace.lists(root / "lists"))
    await take("parallel uploads", uploads.uploads(root / "uploads"))
    await take("a busy server", busy.busy(root / "busy"))


async def _with_engine(
    chosen: list[str], take: Callable[[str, Awaitable[Claim | list[Claim]]], Awaitable[None]]
) -> None:
    from ..runner.service import ContainerRunner
    from ..runner.settings import RunnerSettings
    from ..validation.service import Validator
    from ..validation.settings import ValidationSettings
    from . import verdicts

    engine_id = new_id("eng")
    runner = ContainerRunner(RunnerSettings(), new_id("bench"), engine_id)
    try:
        image = (await runner.build_images(["python"]))[0].tag
        validator = Validator(runner, ValidationSettings())
        runner.warm()
        if "memory" in chosen and os.geteuid() == 0:
            await take("idle memory", verdicts.idle_memory(runner, engine_id))
        if "verdicts" in chosen:
            await take("one verdict at a time", verdicts.one_at_a_time(runner, validator, image))
        if "challenge" in chosen:
            await take("challenges", verdicts.challenges(runner, validator))
        if "burst" in chosen:
            await take("a burst of verdicts", verdicts.burst(runner, validator, image))
    finally:
        await runner.close()


def _need_tools() -> None:
    from importlib.util import find_spec

    needed = {
        "pytest_cov": "pytest-cov",
        "flake8": "flake8",
        "bandit": "bandit",
        "psutil": "psutil",
        "pandas": "pandas",
    }
    missing = [name for module, name in needed.items() if find_spec(module) is None]
    if missing:
        raise MissingPart(
            f"The bench compares with bare tools that are not installed: pip install {' '.join(missing)}"
        )
