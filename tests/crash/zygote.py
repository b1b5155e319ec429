"""A process that has everything imported and forks an engine whenever it is told to, so that a restart is cheap.

It reads one JSON order a line and answers each with one line.
"""

from __future__ import annotations

import asyncio
import ctypes
import faulthandler
import gc
import importlib
import json
import os
import select
import signal
import sys
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
LOADED = (
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "docker",
    "jupyter_coding_agent.engine",
    "jupyter_coding_agent.host",
    "jupyter_coding_agent.web.fault",
    "tests.crash.scripted",
)
"""What an engine would import, now or later."""
LONGEST_START = LONGEST_END = 60.0


def serve(order: dict[str, Any], ready: int) -> None:
    """The engine, in the child. Never returns to the zygote's own loop."""
    from traitlets.config import Config

    from jupyter_coding_agent import host
    from tests.crash.fuse import Fuse
    from tests.crash.scripted import start

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    data = Path(order["data"])
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for fd, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(fd, standard)
    faulthandler.enable()
    Fuse(Path(order["fuse"])).install(data)
    asyncio.run(host.serve(data, ready, 600, config=Config(order["config"]), start=start))


def fork(order: dict[str, Any]) -> dict[str, Any]:
    """Start an engine; answers when it can be reached, or has died before that."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            serve(order, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        if not select.select([pipe], [], [], LONGEST_START)[0]:
            os.kill(pid, signal.SIGABRT)  # its log shows where it stood
        return {"pid": pid, "ready": bool(pipe.readline())}


def wait(order: dict[str, Any]) -> dict[str, Any]:
    """The end of an engine that dies: the signal, or None where it did not end, or ended otherwise."""
    pid = order["pid"]
    pidfd = os.pidfd_open(pid)
    try:
        if not select.select([pidfd], [], [], LONGEST_END)[0]:
            return {"signal": None}
        status = os.waitpid(pid, 0)[1]
        return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None}
    finally:
        os.close(pidfd)


def main() -> None:
    for module in LOADED:
        importlib.import_module(module)
    from jupyter_coding_agent.templates.catalog import TemplateLibrary

    TemplateLibrary()
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        answer = fork(order) if order["do"] == "fork" else wait(order)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
