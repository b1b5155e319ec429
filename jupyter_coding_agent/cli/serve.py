"""jupyter coding-agent serve: host the engine where no Jupyter server does; ends when idle."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys

from ..core.paths import data_dir


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "--idle-seconds",
        type=float,
        default=600.0,
        metavar="SECONDS",
        help="end after so long without work (600)",
    )
    parser.add_argument(
        "--ready-fd", type=int, metavar="FD", help="file descriptor that hears when it is ready"
    )


def run(options: argparse.Namespace) -> int:
    """0 at its end."""
    from ..host import serve

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    data = data_dir(options.data_dir)
    asyncio.run(serve(data, options.ready_fd, options.idle_seconds))
    return 0
