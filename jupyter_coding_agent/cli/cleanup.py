"""jupyter coding-agent cleanup: remove what is kept no longer, and containers that a killed engine left behind."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from ..client import words
from ..client.api import AgentClient
from ..client.private import private_endpoint
from ..core.clock import new_id
from ..core.lock import OwnerLock
from ..core.paths import data_dir, database_path, lock_path


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")


def run(options: argparse.Namespace) -> int:
    """0 when nothing is left behind; 1 where not everything could be cleaned up."""
    data, dry_run = data_dir(options.data_dir), options.dry_run
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    own_id = new_id("eng")
    lock = OwnerLock.acquire(lock_path(data), own_id, wait=False)
    try:
        # Where an engine runs, it is the only one that writes to the database.
        report = asyncio.run(_expire(data, dry_run)) if lock else _ask(data, dry_run)
        went = words.cleaned_up(report)
        if went:
            print(went, flush=True)
        for problem in report["problems"]:
            print(problem, file=sys.stderr)
        containers = asyncio.run(_remove_leftovers(data, own_id, dry_run))
    finally:
        if lock is not None:
            lock.release()
    for container in containers:
        print(f"{'would remove' if dry_run else 'removed'} container {container[:12]}")
    if not (went or containers or report["problems"]):
        print("Nothing was left behind.")
    return 1 if report["problems"] else 0


def _ask(data: Path, dry_run: bool) -> dict[str, Any]:
    """Let the running engine do it."""
    client = AgentClient(lambda: private_endpoint(data, start=False))
    try:
        return client.cleanup(dry_run=dry_run)
    finally:
        client.close()


async def _expire(data: Path, dry_run: bool) -> dict[str, Any]:
    """Do what the engine does daily; only for whoever holds the lock."""
    from ..engine import artifacts_of, expiring
    from ..host import load_config
    from ..retention.service import Retention
    from ..storage.database import Database
    from ..users.service import Users
    from ..users.settings import UserSettings

    if not database_path(data).exists():
        return {"dry_run": dry_run, "removed": {}, "problems": []}
    config = load_config()
    database = await Database.open(database_path(data))
    try:
        artifacts = artifacts_of(data, database, config)
        if not dry_run:
            # Files that a killed engine left without rows go as well.
            await artifacts.start()
        users = Users(database, UserSettings(config=config))
        retention = Retention(expiring(database, artifacts, users, config))
        return (await retention.clean(dry_run=dry_run)).model_dump()
    finally:
        await database.close()


async def _remove_leftovers(data: Path, own_id: str, dry_run: bool) -> list[str]:
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
        for container in leftovers if not dry_run else ():
            await backend.remove(container, urgent=True)
        return leftovers
    finally:
        await backend.close()
