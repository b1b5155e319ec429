"""Progress on stderr: one moving line on a terminal, a line for each step in a pipe."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def progress(title: str) -> Iterator[Callable[[str], None]]:
    """Hand out a function that shows a step."""
    if not sys.stderr.isatty():
        yield lambda line: print(line, file=sys.stderr, flush=True)
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console(stderr=True)
    with console.status(escape(title)) as status:

        def step(line: str) -> None:
            console.print(line, style="dim", markup=False, highlight=False)
            status.update(escape(line))

        yield step


def print_json(value: Any) -> None:
    """A result for programs."""
    print(json.dumps(value, indent=2))
