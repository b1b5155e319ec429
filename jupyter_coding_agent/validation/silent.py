"""The data signal: silent failures, those of the source and those of the run as one list. It never blocks."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..runner.models import DataFinding
from .models import DataSignal

_MOST = 50


def signal(
    source: Iterable[DataFinding], run: Iterable[DataFinding], paths: Collection[str], *, data_code: bool
) -> DataSignal | None:
    """Each kind once per line; what was seen running knows more than the source. None: there is no data code.

    `paths` are the judged files; a run's finding about anything else is not believed.
    """
    found: dict[tuple[str, str | None, int | None], DataFinding] = {}
    for finding in (*(item for item in run if item.path in paths), *source):
        found.setdefault((finding.kind, finding.path, finding.line), finding)
    findings = sorted(found.values(), key=lambda item: (item.path or "", item.line or 0, item.kind))[:_MOST]
    return DataSignal(passed=not findings, findings=findings) if findings or data_code else None
