"""The kernel's own Jupyter server, found without trusting what merely looks like one.

A kernel knows who started it (``JPY_PARENT_PID``), and a Jupyter server leaves ``jpserver-<pid>.json`` in its
runtime directory. That file is read directly: jupyter_server's own `list_running_servers` deletes files that
it takes for stale. A server is used only once it has shown that it knows this kernel's id; until then nothing
but that question is sent.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .endpoint import Endpoint

_LOOPBACK = {"": "127.0.0.1", "*": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - wildcards are replaced


def find_server(
    kernel_id: str | None, runtime_dir: Path, environ: Mapping[str, str] = os.environ
) -> Endpoint | None:
    """The server that runs kernel `kernel_id` and has the agent's extension, or None."""
    if kernel_id is None:
        return None
    for endpoint in candidates(runtime_dir, environ):
        if runs_kernel(endpoint, kernel_id) and has_agent(endpoint):
            return endpoint
    return None


def candidates(runtime_dir: Path, environ: Mapping[str, str]) -> Iterator[Endpoint]:
    """Servers that may have started this kernel, the likeliest first. Nothing has been sent to them yet."""
    for pid in _ancestors(environ):
        info = read_info(runtime_dir / f"jpserver-{pid}.json", pid)
        if info is not None:
            yield from _endpoint(info)
    url = environ.get("JUPYTERHUB_SERVICE_URL", "")
    token = environ.get("JUPYTERHUB_API_TOKEN", "")
    if url and token:
        yield Endpoint("server", _replace_wildcard(url).rstrip("/"), token)


def read_info(path: Path, pid: int) -> dict[str, Any] | None:
    """The server's own note about itself, if only this user can have written it and the server lives."""
    try:
        with path.open() as file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None
            info = json.load(file)
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    if not isinstance(info, dict) or info.get("pid") != pid:
        return None
    return info


def runs_kernel(endpoint: Endpoint, kernel_id: str) -> bool:
    """Does this server know the kernel?"""
    answer = _get_json(endpoint, f"{endpoint.base_url}/api/kernels/{kernel_id}")
    return isinstance(answer, dict) and answer.get("id") == kernel_id


def has_agent(endpoint: Endpoint) -> bool:
    """Does this server answer under ``coding-agent``?"""
    return _get_json(endpoint, f"{endpoint.agent_url}/executions?limit=1") is not None


def _get_json(endpoint: Endpoint, url: str) -> Any:
    import httpx

    try:
        with endpoint.open() as http:
            response = http.get(url, follow_redirects=False)
        return response.json() if response.status_code == httpx.codes.OK else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None


def _endpoint(info: Mapping[str, Any]) -> Iterator[Endpoint]:
    base = str(info.get("base_url") or "/").rstrip("/")
    token = str(info.get("token") or "")
    socket = str(info.get("sock") or "")
    if socket:
        yield Endpoint("server", f"http://localhost{base}", token, socket=Path(socket))
        return
    host = str(info.get("hostname") or "")
    host = _LOOPBACK.get(host, host)
    scheme = "https" if info.get("secure") else "http"
    # A certificate is seldom made for the loopback name, and nobody sits in between there.
    verify = host not in {"127.0.0.1", "[::1]", "localhost"}
    yield Endpoint("server", f"{scheme}://{host}:{info.get('port')}{base}", token, verify=verify)


def _replace_wildcard(url: str) -> str:
    return (
        url.replace("//0.0.0.0:", "//127.0.0.1:")
        .replace("//[::]:", "//[::1]:")
        .replace("//*:", "//127.0.0.1:")
    )


def _ancestors(environ: Mapping[str, str]) -> Iterable[int]:
    """Who started this process, according to Jupyter first, then to the system; each once."""
    pids = []
    named = environ.get("JPY_PARENT_PID", "")
    if named.isascii() and named.isdigit():
        pids.append(int(named))
    pid: int | None = os.getppid()
    while pid is not None and pid > 1:
        pids.append(pid)
        pid = _parent_of(pid)
    return list(dict.fromkeys(pids))


def _parent_of(pid: int) -> int | None:
    """The parent of another process where the system tells (Linux), else None."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("PPid:"))
    except (OSError, StopIteration):
        return None
