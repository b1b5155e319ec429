"""The files of an execution as an archive that stands on its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import Conflict
from ..executions.models import FINAL, ExecutionView
from ..executions.service import ExecutionService
from ..policy.service import Policy
from .archive import pack
from .examples import PATH, examples_file
from .texts import LICENCE, readme

_KIT = Path(__file__).parent / "kit" / "conftest.py"


@dataclass(frozen=True)
class Archive:
    """A ZIP file."""

    name: str
    content: bytes


class Delivery:
    """Packs what an execution delivered."""

    def __init__(self, executions: ExecutionService, policy: Policy | None = None) -> None:
        self._executions = executions
        self._policy = policy or Policy()

    async def archive(self, user: str, execution_id: str) -> Archive:
        """The delivered attempt with all that belongs to it.

        Raises:
            NotFound: there is no such execution.
            Forbidden: the administrator does not allow archives.
            Conflict: it has not ended, or nothing came of it.
            TooLarge: over 50 MiB.
        """
        view = await self._executions.view(user, execution_id)
        self._policy.check_output("zip")
        if view.status not in FINAL:
            raise Conflict(f"This execution is still {view.status}: wait until it ends, or cancel it.")
        if not view.files:
            raise Conflict("This execution delivered no code, so there is nothing to pack.")
        given = await self._executions.given(user, execution_id)
        return await asyncio.to_thread(archive_of, view, given)


def package(view: ExecutionView, given: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Name and content of the archive: for whoever delivers a result as one. Raises TooLarge."""
    archive = archive_of(view, given)
    return archive.name, archive.content


def archive_of(view: ExecutionView, given: Mapping[str, bytes] | None = None) -> Archive:
    """The archive of a delivered result; `given`: the files that it works with."""
    name = view.execution_id.replace("_", "-")
    if view.status != "passed":
        name += "-not-validated"
    there = given or {}
    named = view.provenance.given.values() if view.provenance else ()
    missing = sorted(set(named) - there.keys())
    return Archive(f"{name}.zip", pack({**there, **_contents(view, missing)}, name))


def _contents(view: ExecutionView, missing: Sequence[str]) -> Mapping[str, str]:
    """Ours first: where code brings a file of the same name, the code's stands, since that is what was judged."""
    ours = {
        "README.md": readme(view, missing),
        "LICENCE-NOTE.txt": LICENCE,
        "requirements.txt": "".join(f"{requirement}\n" for requirement in sorted(view.requirements)),
    }
    if view.receipt is not None:
        ours["receipt.json"] = view.receipt.model_dump_json(indent=2) + "\n"
    if view.examples:
        ours[PATH] = examples_file(view.examples, view.files or {})
    if view.tests or view.examples:
        ours["conftest.py"] = _KIT.read_text()
    return {**ours, **(view.files or {}), **(view.tests or {})}
