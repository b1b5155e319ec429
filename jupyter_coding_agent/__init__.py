"""A Jupyter-native coding agent whose code has been proved to run.

Importing this package costs nothing: everything heavy is imported where it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0"
__all__ = ["__version__", "load_ipython_extension", "unload_ipython_extension"]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """``%load_ext jupyter_coding_agent``: register ``%agent`` and ``%%agent``."""
    from .magics import register

    register(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """``%unload_ext jupyter_coding_agent``: stop following executions and take the magics away."""
    from .magics import unregister

    unregister(shell)


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    from .app import CodingAgentApp

    return [{"module": "jupyter_coding_agent", "app": CodingAgentApp}]
