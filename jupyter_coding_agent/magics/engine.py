"""Commands about the engine itself: what it is, what it may, and how it is."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from ..client import words
from . import render
from .kernel import SWITCH
from .options import CommandOptions
from .screen import Bundle
from .session import Session

KERNEL_VARIABLES = {
    SWITCH: "off: HTML in place of live panels",
    "CODING_AGENT_DATA_DIR": "where an engine that this kernel starts keeps everything",
}
"""What the doors themselves read from the kernel's environment."""


def status(session: Session, options: CommandOptions, rest: str) -> None:
    """what runs now, and where the engine is"""
    rows = [
        (execution["execution_id"], words.STATUS[state], words.shorten(execution.get("prompt") or "", 60))
        for state in ("running", "pending")
        for execution in session.client.executions(status=state)["executions"]
    ]
    where = session.client.endpoint
    place = f"socket {where.socket}" if where.socket is not None else f"Jupyter server at {where.base_url}"
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


def config(session: Session, options: CommandOptions, rest: str) -> None:
    """the settings in force and where each is from: %agent config [WORD | all]; without, those that were set"""
    found = session.client.config()
    wanted = rest.strip().lower()
    rows = [
        (setting["name"], _written(setting["value"]), _source(setting), setting["help"])
        for setting in found["settings"]
        if wanted == "all"
        or (wanted and wanted in setting["name"].lower())
        or (not wanted and setting["source"] != "default")
    ]
    rows += [
        (name, "(set)", "environment", "A key; its value is never shown.")
        for name, is_set in found["secrets"].items()
        if is_set and (wanted in ("", "all") or wanted in name.lower())
    ]
    rows += [
        (name, value, "this kernel's environment", what)
        for name, what in KERNEL_VARIABLES.items()
        if (value := os.environ.get(name)) and (wanted in ("", "all") or wanted in name.lower())
    ]
    notes = ["Set with c.NAME = VALUE in jupyter_server_config.py; %agent config all shows every setting."]
    if not rows:
        notes.insert(0, f"No setting has {wanted!r} in its name." if wanted else "Everything is as it came.")
    columns = ["setting", "value", "from", ""] if rows else []
    session.screen.show(render.table("Config", columns, rows, notes))


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


def _written(value: Any) -> str:
    return words.shorten(value if isinstance(value, str) else json.dumps(value), 80)


def _source(setting: Mapping[str, Any]) -> str:
    return str(setting["variable"]) if setting["source"] == "environment" else str(setting["source"])


def _repaired(report: Mapping[str, Any]) -> Bundle:
    rows = [
        (words.mark(damage["mended"]), damage["part"], str(damage["items"]), damage["sentence"])
        for damage in report["damages"]
    ]
    if not rows:
        return render.message("Nothing is damaged.")
    return render.table("Repair", ["mended", "part", "items", "what"], rows)
