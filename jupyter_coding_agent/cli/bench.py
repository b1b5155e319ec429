"""jupyter coding-agent bench: measure what the project claims about speed and size."""

from __future__ import annotations

import argparse
import asyncio

from ..bench import PARTS


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"only these: {', '.join(PARTS)} (all)")


def run(options: argparse.Namespace) -> int:
    """0 if every claim holds on this machine, 1 if one does not."""
    from ..bench.run import measure

    return 0 if asyncio.run(measure(options.parts, lambda line: print(line, flush=True))) else 1
