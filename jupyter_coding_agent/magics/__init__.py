"""The notebook doors ``%%agent`` and ``%agent``. They know `client` and nothing behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["register", "unregister"]

_NAME = "AgentMagics"


def register(shell: InteractiveShell) -> None:
    """Make the magics known to `shell`; once, however often the extension is loaded."""
    from .agent import AgentMagics

    if _NAME not in shell.magics_manager.registry:
        shell.register_magics(AgentMagics(shell))


def unregister(shell: InteractiveShell) -> None:
    """Stop following executions and take the magics away."""
    magics = shell.magics_manager.registry.pop(_NAME, None)
    if magics is None:
        return
    magics.close()
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("agent", None)
