"""An execution on the screen: as a panel where there are widgets, else as steps that are added."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..client import words
from ..client.models import Event
from . import render
from .screen import Area, Bundle

if TYPE_CHECKING:
    from ..widgets.panel import Panel

_MOST_KEPT = 20


@dataclass
class Watched:
    """One execution, the place where it is shown, and the panel in it (None: HTML and text)."""

    execution_id: str
    request: str
    area: Area
    panel: Panel | None = None
    lines: list[str] = field(default_factory=list)
    kept: deque[Panel] = field(default_factory=deque)
    """The latest panels of what has ended: a page that was closed meanwhile has missed what stands in their place."""

    def tell(self, event: Event) -> None:
        """One more event."""
        if self.panel is not None:
            # Changing the output would make the front end build the panel anew.
            self.panel.tell(event)
            return
        sentence = words.event_sentence(event)
        if sentence:
            self.lines.append(sentence)
            self.area.update(render.progress(self.execution_id, self.request, self.lines), sentence)

    def finish(self, bundle: Bundle) -> None:
        """What it came to stands in the panel's place, and needs no kernel."""
        self.area.finish(bundle)
        if self.panel is not None:
            self.kept.append(self.panel)
            if len(self.kept) > _MOST_KEPT:
                self.kept.popleft().close()
