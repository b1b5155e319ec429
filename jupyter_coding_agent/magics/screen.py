"""Where a door's output goes: a notebook's display or a terminal's lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

Bundle = dict[str, Any]
"""MIME type → content; always with ``text/plain``."""


def opening() -> Bundle:
    """What is seen at once, before anything is imported that talks to an engine or makes HTML.

    Without the request's words: what in them is secret has not been found yet.
    """
    return {"text/plain": "sending", "text/html": '<div role="status">Sending to the coding agent …</div>'}


class Area(Protocol):
    """A place on the screen whose content changes while something goes on."""

    def update(self, bundle: Bundle, line: str = "") -> None:
        """Show `bundle` instead of what stood there; where nothing can be replaced, add `line`."""

    def finish(self, bundle: Bundle) -> None:
        """The last content."""


class Screen(Protocol):
    """A front end."""

    def show(self, bundle: Bundle) -> None:
        """Show something once."""

    def area(self, bundle: Bundle) -> Area:
        """Show something that will change."""


class Notebook:
    """Rich output; areas are updated in place, from any thread."""

    def show(self, bundle: Bundle) -> None:
        """See `Screen`."""
        from IPython.display import display

        display(bundle, raw=True)  # type: ignore[no-untyped-call]

    def area(self, bundle: Bundle) -> Area:
        """See `Screen`."""
        from IPython.display import display

        return _Handle(display(bundle, raw=True, display_id=True))  # type: ignore[no-untyped-call]


class _Handle:
    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def update(self, bundle: Bundle, line: str = "") -> None:
        self._handle.update(bundle, raw=True)

    def finish(self, bundle: Bundle) -> None:
        self._handle.update(bundle, raw=True)


class Terminal:
    """Plain lines, one after the other."""

    def __init__(self, write: Callable[[str], None] = print) -> None:
        self._write = write

    def show(self, bundle: Bundle) -> None:
        """See `Screen`."""
        self._write(bundle["text/plain"])

    def area(self, bundle: Bundle) -> Area:
        """See `Screen`."""
        return _Lines(self._write)


class _Lines:
    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def update(self, bundle: Bundle, line: str = "") -> None:
        if line:
            self._write(line)

    def finish(self, bundle: Bundle) -> None:
        self._write(bundle["text/plain"])
