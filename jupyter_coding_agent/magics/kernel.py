"""The kernel or terminal that the magics run in, as the session needs it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import Conflict
from .runs import Failure, Runs, last_failure, sources

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

SWITCH = "CODING_AGENT_PANELS"
"""An environment variable of the kernel's: ``off`` shows HTML in place of widgets."""
_VS_CODE = "__vsc_ipynb_file__"
"""A name that VS Code puts into every notebook's namespace."""


class ShellKernel:
    """An IPython shell, in a kernel or in a terminal. Implements `ports.Kernel`."""

    def __init__(self, shell: InteractiveShell, served: Callable[[], bool], runs: Runs | None = None) -> None:
        self._shell = shell
        self._served = served
        self._runs = runs or Runs()

    def live(self) -> bool:
        """A Jupyter server knows this kernel, and the request came from where a person can answer.

        nbclient, papermill and nbconvert allow no input.
        """
        return self._attended() and self._served()

    def panels(self) -> bool:
        """Somebody looks, in a front end that is known to have what the panels need.

        A Jupyter server with our extension was installed together with it; VS Code fetches it.
        """
        if os.environ.get(SWITCH) == "off" or not self._attended():
            return False
        if importlib.util.find_spec("anywidget") is None:
            return False
        return _VS_CODE in self._shell.user_ns or self._served()

    def _attended(self) -> bool:
        kernel = getattr(self._shell, "kernel", None)
        if kernel is None:
            return False
        content = (kernel.get_parent() or {}).get("content") or {}
        return bool(content.get("allow_stdin"))

    def namespace(self) -> Mapping[str, Any]:
        """See `ports.Kernel`."""
        namespace: Mapping[str, Any] = self._shell.user_ns
        return namespace

    def hidden(self) -> Sequence[str]:
        """See `ports.Kernel`."""
        # What the user assigned over one of IPython's own names is the user's.
        hidden = self._shell.user_ns_hidden
        namespace = self._shell.user_ns
        return [name for name in hidden if namespace.get(name) is hidden[name]]

    def cells(self) -> Sequence[str]:
        """See `ports.Kernel`."""
        return sources(self._shell, self._runs)

    def runs(self) -> Runs:
        """See `ports.Kernel`."""
        return self._runs

    def failure(self) -> Failure | None:
        """See `ports.Kernel`."""
        return last_failure(self._shell, self._runs)

    def insert(self, source: str) -> None:
        """See `ports.Kernel`."""
        self._shell.set_next_input(source, replace=False)

    def notebook(self) -> Path | None:
        """See `ports.Kernel`: Jupyter's servers tell it to IPython and the environment, VS Code to the namespace."""
        namespace = self._shell.user_ns
        told = [
            namespace.get("__vsc_ipynb_file__"),
            namespace.get("__session__"),
            os.environ.get("JPY_SESSION_NAME"),
        ]
        for text in told:
            # The name stays what it was where the notebook was renamed meanwhile.
            if isinstance(text, str) and text.endswith(".ipynb") and Path(text).is_file():
                return Path(text)
        return None

    def folder(self) -> Path | None:
        """See `ports.Kernel`. A front end that takes no input, such as nbclient, inserts nothing either."""
        kernel = getattr(self._shell, "kernel", None)
        content = (kernel.get_parent() or {}).get("content") or {} if kernel is not None else {}
        if not content.get("allow_stdin"):
            return None
        notebook = self.notebook()
        return notebook.parent if notebook is not None else Path.cwd()

    def run(self, source: str) -> None:
        """See `ports.Kernel`."""
        shell = self._shell
        transformed = shell.transform_cell(source)  # type: ignore[no-untyped-call]
        if shell.should_run_async(source, transformed_cell=transformed):
            raise Conflict("The code awaits at its top level, so run its cell yourself.")
        shell.run_cell(source, store_history=False)  # type: ignore[no-untyped-call]
