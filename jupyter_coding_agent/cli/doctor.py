"""jupyter coding-agent doctor: what is there, what is missing, and the command that mends it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

from .. import __version__
from ..client import words
from ..core.errors import AgentError
from ..core.paths import data_dir
from .connection import engine
from .console import print_json

OPTIONAL = {"search", "browser"}
"""What the main job does without."""


class Finding(TypedDict):
    """One check."""

    name: str
    state: str
    sentence: str
    fix: str | None


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("--repair", action="store_true", help="find what is damaged in the data and mend it")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(options: argparse.Namespace) -> int:
    """0 if the main job can be done, else 1; with --repair, 0 if nothing is damaged any more."""
    if options.repair:
        return _repair(options)
    data = data_dir(options.data_dir)
    findings = [_package(), _data(data), _extension(), *_engine(options.data_dir)]
    usable = all(finding["state"] != "missing" for finding in findings if finding["name"] not in OPTIONAL)
    if options.json:
        print_json({"usable": usable, "version": __version__, "checks": findings})
        return 0 if usable else 1
    for finding in findings:
        print(f"{_sign(finding)} {finding['name']:<10} {finding['sentence']}")
        if finding["fix"]:
            print(f"  {'':<10} → {finding['fix']}")
    return 0 if usable else 1


def _repair(options: argparse.Namespace) -> int:
    with engine(options.data_dir) as client:
        report = client.repair()
    if options.json:
        print_json(report)
    else:
        for damage in report["damages"]:
            print(
                f"{words.mark(damage['mended'])} {damage['part']:<10} {damage['items']}: {damage['sentence']}"
            )
        print("Nothing is damaged any more." if report["sound"] else "Not everything could be mended.")
    return 0 if report["sound"] else 1


def _sign(finding: Finding) -> str:
    if finding["state"] == "missing" and finding["name"] in OPTIONAL:
        return "-"
    return {"ok": words.mark(True), "degraded": "!", "missing": words.mark(False)}[finding["state"]]


def _package() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    sentence = f"jupyter-coding-agent {__version__} on Python {version}, {sys.executable}"
    return Finding(name="package", state="ok", sentence=sentence, fix=None)


def _data(data: Path) -> Finding:
    nearest = next(folder for folder in (data, *data.parents) if folder.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return Finding(name="data", state="ok", sentence=f"The data directory is {data}.", fix=None)
    fix = "Make it writable, or name another with --data-dir or CODING_AGENT_DATA_DIR."
    return Finding(name="data", state="missing", sentence=f"{nearest} can't be written.", fix=fix)


def _extension() -> Finding:
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.extension.config import ExtensionConfigManager

    enabled: dict[str, bool] = {}
    for folder in reversed(jupyter_config_path()):
        manager = ExtensionConfigManager(read_config_path=[folder])
        enabled.update(manager.get_jpserver_extensions())  # type: ignore[no-untyped-call]
    if enabled.get("jupyter_coding_agent"):
        sentence = "The Jupyter server extension is enabled."
        return Finding(name="extension", state="ok", sentence=sentence, fix=None)
    return Finding(
        name="extension",
        state="degraded",
        sentence="The Jupyter server extension is not enabled; notebooks and this command work without it.",
        fix="Run: jupyter server extension enable jupyter_coding_agent",
    )


def _engine(configured: str) -> Iterator[Finding]:
    try:
        with engine(configured) as client:
            health = client.health()
            where = client.endpoint.socket
    except AgentError as error:
        yield Finding(name="engine", state="missing", sentence=error.message, fix=None)
        return
    sentence = f"The engine {health['version']} answers at {where}."
    yield Finding(name="engine", state="ok", sentence=sentence, fix=None)
    for name, check in health["checks"].items():
        fix = check.get("fix")
        yield Finding(name=name, state=check["state"], sentence=check["sentence"], fix=fix)
