"""jupyter coding-agent cleanup: remove containers that a killed engine left behind."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from ..core.clock import new_id
from ..core.lock import OwnerLock
from ..core.paths import data_dir, lock_path


def add(parser: argparse.ArgumentParser) -> None:
    """It has no arguments of its own."""


def run(options: argparse.Namespace) -> int:
    """0 when nothing is left behind."""
    data = data_dir(options.data_dir)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    own_id = new_id("eng")
    lock = OwnerLock.acquire(lock_path(data), own_id, wait=False)
    try:
        removed = asyncio.run(_remove_leftovers(data, own_id))
    finally:
        if lock is not None:
            lock.release()
    for container in removed:
        print(f"removed container {container[:12]}")
    if not removed:
        print("Nothing was left behind.")
    return 0


async def _remove_leftovers(data: Path, own_id: str) -> list[str]:
    from ..engine import owner_of
    from ..host import load_config
    from ..runner.backends import create
    from ..runner.settings import RunnerSettings

    backend = create(RunnerSettings(config=load_config()), owner_of(data), own_id)
    try:
        present = await backend.own(owner_of(data))
        # Read after listing: of what is listed, whoever has the lock owns only what has its id.
        living = json.loads(lock_path(data).read_text())["engine_id"]
        leftovers = [container for container, engine in present.items() if engine != living]
        for container in leftovers:
            await backend.remove(container, urgent=True)
        return leftovers
    finally:
        await backend.close()
