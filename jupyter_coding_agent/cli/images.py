"""jupyter coding-agent images: list, build or prune the sandbox's container images."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..core.clock import new_id
from .console import print_json, progress

if TYPE_CHECKING:
    from ..runner.models import ImageStatus
    from ..runner.protocol import Progress
    from ..runner.service import ContainerRunner


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION", dest="action")
    listing = actions.add_parser("list", help="the images and whether they are up to date")
    listing.add_argument("--json", action="store_true", help="print them as JSON")
    build = actions.add_parser("build", help="build what is missing or out of date")
    build.add_argument("languages", nargs="*", metavar="LANGUAGE", help="only these (all)")
    actions.add_parser("prune", help="remove what is out of date")


def run(options: argparse.Namespace) -> int:
    """0, or 1 where a listed image is not ready."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    from ..host import load_config
    from ..runner.service import ContainerRunner
    from ..runner.settings import RunnerSettings

    # An owner of its own: an engine's containers are none of this command's business.
    runner = ContainerRunner(RunnerSettings(config=load_config()), new_id("images"), new_id("eng"))
    try:
        actions = {"list": _list, "build": _build, "prune": _prune}
        return await actions[options.action](runner, options)
    finally:
        await runner.close()


async def _list(runner: ContainerRunner, options: argparse.Namespace) -> int:
    status = await runner.status()
    if options.json:
        print_json(status.model_dump(include={"state", "sentence", "images"}))
    elif status.images:
        _print(status.images)
    else:
        print(status.sentence)
    return 0 if status.images and all(image.state == "ready" for image in status.images) else 1


async def _build(runner: ContainerRunner, options: argparse.Namespace) -> int:
    with progress("Building images") as step:
        images = await runner.build_images(options.languages or None, _awaited(step))
    _print(images)
    return 0


async def _prune(runner: ContainerRunner, options: argparse.Namespace) -> int:
    removed = await runner.prune_images()
    print("\n".join(f"removed {tag}" for tag in removed) or "Nothing is out of date.")
    return 0


def _awaited(step: Callable[[str], None]) -> Progress:
    async def say(sentence: str) -> None:
        step(sentence)

    return say


def _print(images: list[ImageStatus]) -> None:
    for image in images:
        print(f"{image.language:<10} {image.state:<8} {image.size_mb:>7.0f} MB  {image.tag}")
