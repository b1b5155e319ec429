"""Receipts in a kernel: kept where the kernel itself inserts a cell, and ``%agent verify``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..client import words
from ..core.digest import source_sha256
from ..core.errors import InvalidInput
from . import render

if TYPE_CHECKING:
    from ..client.proofs import Claim
    from .options import CommandOptions
    from .session import Session


def keep(session: Session, source: str, outcome: Mapping[str, Any]) -> None:
    """Remember the receipt of a cell that was put in or proved, also beside the notebook: no front end does it.

    One that is about more than the cell does not hold for it alone.
    """
    proved = [text.rstrip() for text in outcome["files"].values()]
    if outcome.get("receipt") is None or proved != [source.rstrip()]:
        return
    mark = {
        "execution_id": outcome.get("execution_id"),
        "path": next(iter(outcome["files"])),
        "role": "code",
        "receipt": outcome["receipt"],
        "notebook": None,
    }
    session.proofs[source_sha256(source)] = mark
    folder = session.kernel.folder()
    if folder is None:
        return
    from ..client import sidecar

    notebook = session.kernel.notebook()
    try:
        sidecar.keep(folder, notebook.name if notebook is not None else None, source, mark)
    except OSError as error:
        text = f"The cell is there, but its receipt can't be kept in {folder / sidecar.FOLDER}: {error.strerror}."
        session.screen.show(render.message(text, tone="warn"))


def verify(session: Session, options: CommandOptions, rest: str) -> None:
    """do the receipts hold for what stands there now? %agent verify [FILE|N]; without, the notebook as saved"""
    from ..client.archives import claims_in

    file = session.kernel.notebook()
    if rest.isascii() and rest.isdigit():
        found, title = _of_ran(session, file, int(rest)), f"In [{int(rest)}]"
    elif rest or file is not None:
        path = Path(rest).expanduser() if rest else file
        assert path is not None
        found, title = claims_in(path), f"{words.printable(path.name)}, as it is saved"
    else:
        found, title = _of_ran(session, None, None), "The cells that ran"
    if not found:
        session.screen.show(render.message(f"{title}: nothing has a receipt."))
        return
    checks = [(claim, session.client.receipts.verify(claim.request)) for claim in found]
    rows = [
        (words.mark(check["valid"]), claim.name, claim.first_line, check["state"], check["reason"])
        for claim, check in checks
    ]
    held = sum(check["valid"] for _, check in checks)
    notes = [f"{title}: {held} of {len(rows)} receipts hold."]
    session.screen.show(render.table("Receipts", ["", "cell", "", "state", "why"], rows, notes))


def _of_ran(session: Session, file: Path | None, number: int | None) -> list[Claim]:
    """Of the cells that ran in this kernel, or of one: above it stands what ran before it."""
    from ..client.proofs import claims, marks, read

    cells = session.kernel.cells()
    if number is not None and not 0 < number < len(cells):
        raise InvalidInput(f"There is no cell In [{number}]: give the number of a cell that has run.")
    saved = read(file) if file is not None else {"cells": []}
    ran = {
        "metadata": saved.get("metadata"),
        "cells": [
            {"cell_type": "code", "source": source, "execution_count": count}
            for count, source in enumerate(cells[1:], 1)
        ],
    }
    folder = session.kernel.folder()
    found = claims(ran, folder, file.name if file is not None else None, {**marks(saved), **session.proofs})
    return [claim for claim in found if number in (None, claim.execution_count)]
