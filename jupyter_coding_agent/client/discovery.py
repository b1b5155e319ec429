"""Which engine to speak to: the kernel's own Jupyter server, also through the page, else a private socket."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from .endpoint import Endpoint
from .page import Page


def find_endpoint(
    kernel_id: str | None, environ: Mapping[str, str] = os.environ, page: Page | None = None
) -> Endpoint:
    """Where this kernel's (or process's) engine is; one is started if need be.

    `page` stands for the server where the kernel can't reach it.

    Raises:
        EngineUnavailable: none runs and none could be started.
    """
    from jupyter_core.paths import jupyter_runtime_dir

    from ..core.paths import data_dir
    from .private import private_endpoint
    from .server import find_server

    server = find_server(kernel_id, Path(jupyter_runtime_dir()), environ)
    if server is None and page is not None:
        server = page.endpoint()
    return server or private_endpoint(data_dir(environ=environ), environ=environ)


def current_kernel_id() -> str | None:
    """The id under which a Jupyter server would know this kernel; None outside a kernel."""
    if "ipykernel" not in sys.modules:
        return None
    from ipykernel.connect import get_connection_file

    try:
        name = Path(get_connection_file()).stem
    except (RuntimeError, OSError):
        return None
    return name.removeprefix("kernel-")
