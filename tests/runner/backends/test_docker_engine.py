from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import docker.errors
import pytest
import requests
import requests.exceptions
import urllib3.exceptions

from jupyter_coding_agent.core.errors import (
    AgentError,
    ImageMissing,
    RunnerUnavailable,
    SettingError,
    Unprocessable,
)
from jupyter_coding_agent.runner.backends import create
from jupyter_coding_agent.runner.backends.docker import DockerBackend, own_socket
from jupyter_coding_agent.runner.backends.docker_engine import DockerEngine, explain
from jupyter_coding_agent.runner.settings import RunnerSettings


def api_error(
    status: int, text: str, kind: type[docker.errors.APIError] = docker.errors.APIError
) -> Exception:
    response = requests.Response()
    response.status_code = status
    return kind(text, response=response, explanation=text)


@pytest.mark.parametrize(
    ("error", "mapped", "words"),
    [
        (docker.errors.ImageNotFound("x"), ImageMissing, "images build"),
        (api_error(404, "No such image: sha256:1", docker.errors.NotFound), ImageMissing, "images build"),
        (
            api_error(404, "No such container: a", docker.errors.NotFound),
            RunnerUnavailable,
            "No such container",
        ),
        (api_error(500, "no space left on device"), RunnerUnavailable, "no space left"),
        (docker.errors.BuildError("step 3", []), Unprocessable, "step 3"),
        (
            docker.errors.DockerException("Error while fetching server API version"),
            RunnerUnavailable,
            "start it",
        ),
        (
            docker.errors.DockerException("PermissionError(13, 'Permission denied')"),
            RunnerUnavailable,
            "group",
        ),
        (PermissionError(13, "Permission denied"), RunnerUnavailable, "group 'docker'"),
        (requests.exceptions.ConnectionError("aborted"), RunnerUnavailable, "does not answer"),
        (FileNotFoundError(2, "No such file or directory"), RunnerUnavailable, "its socket is not there"),
        (requests.exceptions.ReadTimeout("60 s"), RunnerUnavailable, "does not answer"),
        (urllib3.exceptions.ProtocolError("cut"), RunnerUnavailable, "does not answer"),
        (ConnectionResetError("cut"), RunnerUnavailable, "does not answer"),
        (Unprocessable("as it is"), Unprocessable, "as it is"),
    ],
)
def test_foreign_errors_become_sentences(error: Exception, mapped: type[AgentError], words: str) -> None:
    found = explain(error)
    assert type(found) is mapped
    assert words in found.message


async def test_no_socket(tmp_path: Path) -> None:
    engine = DockerEngine(f"unix://{tmp_path}/none.sock", 1, 1)
    with pytest.raises(RunnerUnavailable, match="start it"):
        await engine.call(lambda client: client.ping())
    with pytest.raises(RunnerUnavailable, match="start it"):
        async for _ in engine.stream(lambda client: client.ping()):
            pass
    await engine.close()


async def test_a_host_that_is_none() -> None:
    engine = DockerEngine("nonsense://x", 1, 1)
    with pytest.raises(RunnerUnavailable):
        await engine.call(lambda client: client.ping())
    await engine.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedEngine

    def address_string(self) -> str:
        return "socket"

    def log_message(self, format: str, *arguments: object) -> None:
        return

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        body = self.server.answers.get(self.path.rpartition("/")[2], b"{}")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class ScriptedEngine(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Answers GET as a Docker engine of some version."""

    daemon_threads = True

    def __init__(self, path: Path, api: str) -> None:
        super().__init__(str(path), _Handler)
        self.address = f"unix://{path}"
        self.paths: list[str] = []
        self.answers = {
            "version": f'{{"ApiVersion": "{api}", "Version": "99"}}'.encode(),
            "info": b'{"ServerVersion": "99", "NCPU": 2, "Runtimes": {"runc": {}, "runsc": {}}}',
        }


@contextmanager
def scripted(folder: Path, api: str) -> Iterator[ScriptedEngine]:
    engine = ScriptedEngine(folder / "engine.sock", api)
    thread = threading.Thread(target=engine.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield engine
    finally:
        engine.shutdown()
        thread.join()
        engine.server_close()


@pytest.mark.parametrize("api", ["1.41", "1.44", "1.52"])
async def test_the_engines_own_api_version_is_spoken(tmp_path: Path, api: str) -> None:
    with scripted(tmp_path, api) as engine:
        backend = DockerBackend(RunnerSettings(docker_host=engine.address), "owner", "engine")
        assert await backend.version() == "99"
        assert engine.paths[-1] == f"/v{api}/info"
        await backend.close()


@pytest.mark.parametrize(("runtime", "there"), [("", True), ("runsc", True), ("kata", False)])
async def test_a_runtime_that_is_asked_for_must_be_there(tmp_path: Path, runtime: str, there: bool) -> None:
    with scripted(tmp_path, "1.44") as engine:
        settings = RunnerSettings(docker_host=engine.address, runtime=runtime)
        backend = DockerBackend(settings, "owner", "engine")
        if there:
            assert await backend.version() == "99"
        else:
            with pytest.raises(RunnerUnavailable, match=r"no runtime 'kata'.*RunnerSettings\.runtime"):
                await backend.version()
        await backend.close()


def test_only_a_plain_socket_is_taken_over() -> None:
    ours, engine = socket.socketpair()
    with ours, engine, ours.makefile("rb", buffering=0) as attached:
        with own_socket(attached) as own:
            attached.close()
            engine.sendall(b"hello")
            assert own.recv(10) == b"hello"
        with pytest.raises(RunnerUnavailable, match="plain socket"):
            own_socket(ours)


def test_a_backend_that_is_none() -> None:
    with pytest.raises(SettingError, match=r"RunnerSettings\.backend: 'lxc'"):
        create(RunnerSettings(backend="lxc"), "owner", "engine")
