"""``%agent security``: what is dangerous about a result or about a cell of the user's."""

from __future__ import annotations

from . import own_cell, render
from .options import CommandOptions
from .session import Session


def security(session: Session, options: CommandOptions, rest: str) -> None:
    """what is dangerous about a result or a cell: %agent security [ID | N]; N is a cell that has run"""
    if _is_cell(rest):
        cells = session.kernel.cells()
        number = own_cell.cell_number(cells, rest)
        about = f"In [{number}]"
        report = session.client.scan(cells[number])
        for found in report["vulnerabilities"]:
            found["path"] = about
        sources = {about: cells[number]}
    else:
        about = session.resolve(rest)
        report = session.client.scan_of(about)
        sources = session.client.get(about).get("files") or {}
    session.screen.show(render.security(report, about, sources))


def _is_cell(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6
