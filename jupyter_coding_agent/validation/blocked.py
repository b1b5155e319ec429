"""Imports that the administrator blocks, as findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..policy.service import Policy
from ..runner.models import SecurityFinding

TYPE = "blocked_import"


@dataclass(frozen=True)
class ImportSite:
    """Where a source imports a module."""

    path: str
    line: int
    module: str
    """Dotted; for a name that is imported from a module, the name is its last part."""


def findings(sites: Iterable[ImportSite], policy: Policy) -> list[SecurityFinding]:
    """One for each line and rule."""
    found: dict[tuple[str, int, str], SecurityFinding] = {}
    for site in sites:
        rule = policy.import_rule(site.module)
        if rule is not None:
            found.setdefault(
                (site.path, site.line, rule),
                SecurityFinding(
                    path=site.path,
                    line=site.line,
                    severity="high",
                    confidence="high",
                    type=TYPE,
                    message=f"The import of {site.module!r} is not allowed here: the administrator blocks "
                    f"{rule!r} (PolicySettings.blocked_imports).",
                    fix_suggestion=f"Solve it without {rule!r}.",
                ),
            )
    return list(found.values())
