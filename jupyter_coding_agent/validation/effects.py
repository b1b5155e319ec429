"""Effects: what the analysis found in the source and what the run was seen to do, as one list."""

from __future__ import annotations

from collections.abc import Iterable

from ..runner.models import EffectEvent
from .models import Effects

_FIELDS = {
    "read": "reads",
    "write": "writes",
    "delete": "deletes",
    "network": "network",
    "process": "processes",
    "environment": "environment",
    "import": "imports",
    "open_resource": "open_resources",
}
_MOST_EVENTS = 500
_MOST_TARGET = 300


def merge(static: Iterable[EffectEvent], seen: Iterable[EffectEvent], imports: Iterable[str] = ()) -> Effects:
    """Each target once and sorted; each event once, those of the source first."""
    targets: dict[str, set[str]] = {field: set() for field in _FIELDS.values()}
    targets["imports"].update(imports)
    events: dict[tuple[str, str, str | None, int | None, str], EffectEvent] = {}
    for event in (*static, *seen):
        short = event.model_copy(update={"target": event.target[:_MOST_TARGET]})
        targets[_FIELDS[event.kind]].add(short.target)
        events.setdefault((short.kind, short.target, short.path, short.line, short.seen), short)
    return Effects(
        **{field: sorted(values) for field, values in targets.items()},
        events=list(events.values())[:_MOST_EVENTS],
    )
