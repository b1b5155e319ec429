"""Commands about the engine itself: what it is, what it may, and how it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..client import words
from . import render
from .options import CommandOptions
from .screen import Bundle
from .session import Session


def status(session: Session, options: CommandOptions, rest: str) -> None:
    """what runs now, and where the engine is"""
    rows = [
        (execution["execution_id"], words.STATUS[state], words.shorten(execution.get("prompt") or "", 60))
        for state in ("running", "pending")
        for execution in session.client.executions(status=state)["executions"]
    ]
    where = session.client.endpoint
    place = f"socket {where.socket}" if where.kind == "socket" else f"Jupyter server at {where.base_url}"
    notes = [f"Engine: {place}"] + ([] if rows else ["Nothing runs."])
    columns = ["execution", "status", "request"] if rows else []
    session.screen.show(render.table("Status", columns, rows, notes))


def models(session: Session, options: CommandOptions, rest: str) -> None:
    """the models of each tier, in the order in which they are tried"""
    rows = [
        (tier["tier"], model["model"], words.mark(model["available"]), model.get("reason") or "")
        for tier in session.client.models()
        for model in tier["models"]
    ]
    session.screen.show(render.table("Models", ["tier", "model", "", "why"], rows))


def doctor(session: Session, options: CommandOptions, rest: str) -> None:
    """what is there, what is missing, and how to get it"""
    if options.repair:
        session.screen.show(_repaired(session.client.repair()))
        return
    health = session.client.health()
    rows = [
        (words.mark(check["state"] == "ok"), name, check["state"], check["sentence"], check.get("fix") or "")
        for name, check in health["checks"].items()
    ]
    notes = [f"Coding agent {health['version']}: {health['status']}. More: jupyter coding-agent doctor"]
    session.screen.show(render.table("Doctor", ["", "part", "state", "", "what to do"], rows, notes))


def limits(session: Session, options: CommandOptions, rest: str) -> None:
    """your tier, the administrator's rules, and what is left of your quota"""
    session.screen.show(render.table("Limits", [], words.limit_rows(session.client.limits())))


def cleanup(session: Session, options: CommandOptions, rest: str) -> None:
    """remove what is kept no longer, as happens once a day: %agent cleanup [--dry-run]"""
    report = session.client.cleanup(dry_run=options.dry_run)
    went = words.cleaned_up(report)
    sentences = [f"{went.capitalize()}." if went else "Nothing has expired.", *report["problems"]]
    session.screen.show(render.message(" ".join(sentences), tone="warn" if report["problems"] else "info"))


def _repaired(report: Mapping[str, Any]) -> Bundle:
    rows = [
        (words.mark(damage["mended"]), damage["part"], str(damage["items"]), damage["sentence"])
        for damage in report["damages"]
    ]
    if not rows:
        return render.message("Nothing is damaged.")
    return render.table("Repair", ["mended", "part", "items", "what"], rows)
