"""The engine's private unix socket, and starting an engine where nobody listens on it."""

from __future__ import annotations

import json
import os
import select
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..core.errors import EngineUnavailable
from ..core.paths import socket_path
from .endpoint import Endpoint

START_SECONDS = 60.0
CONNECT_SECONDS = 10.0
LOG_NAME = "serve.log"
LOG_BYTES = 1024**2


def private_endpoint(data: Path, *, start: bool = True, environ: Mapping[str, str] = os.environ) -> Endpoint:
    """The engine of the data directory, started if need be.

    Raises:
        EngineUnavailable: none runs and none could be started.
    """
    path = socket_path(data)
    if not listens(path):
        if not start:
            raise EngineUnavailable(f"No engine runs for {data}. Start one with: jupyter coding-agent serve")
        start_engine(data, environ)
        _wait_until_it_listens(path, data)
    return Endpoint("socket", "http://localhost", socket=path)


def listens(path: Path) -> bool:
    """Does an engine of this user's accept connections on this socket?"""
    try:
        status = path.stat()
        if not stat.S_ISSOCK(status.st_mode) or status.st_uid != os.getuid() or _foreign(path.parent):
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(CONNECT_SECONDS)
            probe.connect(os.fspath(path))
    except OSError:
        return False
    return True


def start_engine(
    data: Path, environ: Mapping[str, str] = os.environ, command: Sequence[str] | None = None
) -> None:
    """Start ``serve``, detached, and wait until it (or whoever was faster) is ready.

    It inherits the environment, where the keys of model providers are.

    Raises:
        EngineUnavailable: with what it said.
    """
    log_path = data / LOG_NAME
    command = command or [sys.executable, "-m", "jupyter_coding_agent"]
    reader, writer = os.pipe()
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        log_path.touch(mode=0o600)
        # Appending, because whoever was faster may be writing to it already.
        with log_path.open("ab") as log:
            if log.tell() > LOG_BYTES:
                log.truncate(0)
            process = subprocess.Popen(  # noqa: S603 - our own module
                [*command, "serve", "--data-dir", str(data), "--ready-fd", str(writer)],
                cwd=data,  # modules lying in the notebook's directory must not shadow the standard library
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[writer],
                start_new_session=True,
            )
    except OSError as error:
        os.close(reader)
        raise EngineUnavailable(f"The engine could not be started: {error}.") from error
    finally:
        os.close(writer)
    # Reaps the engine when it ends, so that a long-lived kernel keeps no zombie.
    threading.Thread(target=process.wait, name="coding-agent-reaper", daemon=True).start()
    try:
        line = _read_line(reader, time.monotonic() + START_SECONDS)
    finally:
        os.close(reader)
    _check_ready(line, log_path)


def _read_line(fd: int, deadline: float) -> bytes | None:
    """One line, what came before the end, or None when the time is up."""
    text = b""
    while b"\n" not in text:
        ready, _, _ = select.select([fd], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        chunk = os.read(fd, 4096)
        if not chunk:
            break
        text += chunk
    return text


def _check_ready(line: bytes | None, log_path: Path) -> None:
    if line is None:
        raise EngineUnavailable(
            f"The engine did not get ready in {START_SECONDS:.0f} s. Its log is {log_path}"
        )
    try:
        answer = json.loads(line)
    except ValueError:
        said = _last_line(log_path)
        raise EngineUnavailable(
            f"The engine ended while starting{': ' + said if said else ''}. Its log is {log_path}"
        ) from None
    if not answer.get("ready"):
        raise EngineUnavailable(
            str(answer.get("error") or f"The engine could not start. Its log is {log_path}")
        )


def _last_line(path: Path) -> str:
    try:
        lines = path.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].strip().rstrip(".") if lines else ""


def _wait_until_it_listens(path: Path, data: Path) -> None:
    # Whoever was faster may hold the lock and not listen yet.
    deadline = time.monotonic() + CONNECT_SECONDS
    while not listens(path):
        if time.monotonic() > deadline:
            raise EngineUnavailable(
                f"The engine of {data} says that it runs, but it can't be reached at {path}"
            )
        time.sleep(0.05)


def _foreign(directory: Path) -> bool:
    """Could someone else have put the socket there?"""
    status = directory.stat()
    return status.st_uid != os.getuid() or bool(status.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
