"""Puts the built front end into the wheel, where JupyterLab looks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEndHook(BuildHookInterface[Any]):
    """An editable installation takes none along: `make lab` links the one that it builds."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is "standard" for a wheel. Raises FileNotFoundError where the front end is not built."""
        if version == "editable":
            return
        built = Path(self.root) / "jupyter_coding_agent" / "labextension"
        if not (built / "package.json").is_file():
            raise FileNotFoundError(
                "The front end is not built: run make labextension, then build the wheel."
            )
        build_data["shared_data"][str(built)] = "share/jupyter/labextensions/jupyter-coding-agent"
