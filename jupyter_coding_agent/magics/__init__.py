"""The notebook doors ``%%agent`` and ``%agent``. They know `client` and nothing behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .session import Session

__all__ = ["register", "unregister"]

_NAME = "AgentMagics"


def register(shell: InteractiveShell, session: Session | None = None) -> None:
    """Make the magics known to `shell`; once, however often the extension is loaded.

    Without a `session`, one is set up when a magic is first used.
    """
    from ..client.page import TARGET
    from .agent import AgentMagics

    if _NAME not in shell.magics_manager.registry:
        magics = AgentMagics(shell, session)
        shell.register_magics(magics)
        shell.Completer.custom_matchers.append(magics.matcher)
        shell.events.register("post_run_cell", magics.runs.ran)
        if (comms := _comms(shell)) is not None:
            comms.register_target(TARGET, magics.page.opened)
        # Before the last one, which turns cell magics into calls.
        shell.input_transformers_cleanup.insert(-1, request_on_one_line)


def request_on_one_line(lines: list[str]) -> list[str]:
    """IPython refuses a cell magic without a body; ``%%agent add two numbers`` alone is a request."""
    return [*lines, "\n"] if len(lines) == 1 and lines[0].startswith("%%agent") else lines


def unregister(shell: InteractiveShell) -> None:
    """Stop following executions and take the magics away."""
    from ..client.page import TARGET

    magics = shell.magics_manager.registry.pop(_NAME, None)
    if magics is None:
        return
    magics.close()
    shell.Completer.custom_matchers.remove(magics.matcher)
    shell.events.unregister("post_run_cell", magics.runs.ran)
    shell.input_transformers_cleanup.remove(request_on_one_line)
    if (comms := _comms(shell)) is not None:
        comms.unregister_target(TARGET, magics.page.opened)
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("agent", None)


def _comms(shell: InteractiveShell) -> Any:
    """What takes a page's messages; a terminal has none."""
    return getattr(getattr(shell, "kernel", None), "comm_manager", None)
