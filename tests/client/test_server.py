"""The kernel's own server is used, and a server that merely looks like it learns nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_coding_agent.client.server import candidates, find_server, read_info
from tests.fake_engine import Engine, Running, running

KERNEL = "5f0c3c1e-kernel"


def note(runtime: Path, pid: int, **fields: object) -> Path:
    """A server's note about itself in the runtime directory."""
    info = {"pid": pid, "base_url": "/lab/", "hostname": "localhost", "port": 1, "sock": "", "secure": False}
    path = runtime / f"jpserver-{pid}.json"
    path.write_text(json.dumps({**info, "token": "secret", **fields}))
    path.chmod(0o600)
    return path


def jupyter(knows: str) -> Engine:
    """A Jupyter server with the extension that runs the kernel `knows`."""
    engine = Engine()
    engine.kernels, engine.token = {knows}, "secret"
    return engine


@pytest.fixture
def parent() -> dict[str, str]:
    return {"JPY_PARENT_PID": str(os.getpid())}


def asked(server: Running) -> list[str]:
    return [path for _, path, _ in server.engine.requests]


def test_the_server_that_knows_the_kernel_is_used(tmp_path: Path, parent: dict[str, str]):
    with running(base_url="/lab", engine=jupyter(KERNEL)) as server:
        note(tmp_path, os.getpid(), port=server.port)
        endpoint = find_server(KERNEL, tmp_path, parent)
    assert endpoint is not None
    assert endpoint.agent_url == f"http://localhost:{server.port}/lab/coding-agent"


def test_a_server_that_does_not_know_the_kernel_is_asked_nothing_else(tmp_path: Path, parent: dict[str, str]):
    with running(base_url="/lab", engine=jupyter("another-kernel")) as server:
        note(tmp_path, os.getpid(), port=server.port)
        assert find_server(KERNEL, tmp_path, parent) is None
        assert asked(server) == [f"/lab/api/kernels/{KERNEL}"]


def test_a_server_without_the_extension_is_not_used(tmp_path: Path, parent: dict[str, str]):
    with running(base_url="/elsewhere", engine=jupyter(KERNEL)) as server:
        note(tmp_path, os.getpid(), port=server.port)
        assert find_server(KERNEL, tmp_path, parent) is None


def test_a_wrong_token_finds_nothing(tmp_path: Path, parent: dict[str, str]):
    with running(base_url="/lab", engine=jupyter(KERNEL)) as server:
        note(tmp_path, os.getpid(), port=server.port, token="stale")
        assert find_server(KERNEL, tmp_path, parent) is None


def test_a_server_on_a_socket_is_used(tmp_path: Path, parent: dict[str, str]):
    socket = tmp_path / "jupyter.sock"
    with running(socket, base_url="/lab", engine=jupyter(KERNEL)):
        note(tmp_path, os.getpid(), sock=str(socket), port=0)
        endpoint = find_server(KERNEL, tmp_path, parent)
    assert endpoint is not None
    assert endpoint.socket == socket


def test_a_hub_names_its_server_by_the_environment(tmp_path: Path):
    with running(base_url="/user/ann", engine=jupyter(KERNEL)) as server:
        hub = {
            "JUPYTERHUB_SERVICE_URL": f"http://0.0.0.0:{server.port}/user/ann/",
            "JUPYTERHUB_API_TOKEN": "secret",
        }
        endpoint = find_server(KERNEL, tmp_path, hub)
    assert endpoint is not None
    assert endpoint.base_url == f"http://127.0.0.1:{server.port}/user/ann"


def test_a_process_between_server_and_kernel_is_no_obstacle(tmp_path: Path):
    note(tmp_path, os.getpid(), port=1)
    script = (
        "import sys; from pathlib import Path\n"
        "from jupyter_coding_agent.client.server import candidates\n"
        "print([c.base_url for c in candidates(Path(sys.argv[1]), {})])"
    )
    between = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]])"
    done = subprocess.run(
        [sys.executable, "-c", between, script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert "http://localhost:1/lab" in done.stdout


def test_no_file_is_deleted(tmp_path: Path, parent: dict[str, str]):
    (tmp_path / "jpserver-999999999.json").write_text("{}")
    note(tmp_path, os.getpid())
    before = sorted(tmp_path.iterdir())
    find_server(KERNEL, tmp_path, parent)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("text", ["", "[]", "no json", '{"pid": 1}', "\xff"])
def test_a_damaged_note_is_no_server(tmp_path: Path, text: str):
    path = note(tmp_path, os.getpid())
    path.write_bytes(text.encode("latin-1"))
    assert read_info(path, os.getpid()) is None


def test_a_note_that_others_can_write_is_not_believed(tmp_path: Path):
    path = note(tmp_path, os.getpid())
    path.chmod(0o666)
    assert read_info(path, os.getpid()) is None


def test_a_note_of_a_dead_server_is_not_believed(tmp_path: Path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert read_info(note(tmp_path, process.pid), process.pid) is None


def test_outside_a_kernel_no_server_is_looked_for(tmp_path: Path, parent: dict[str, str]):
    note(tmp_path, os.getpid())
    assert find_server(None, tmp_path, parent) is None


@pytest.mark.parametrize(
    ("fields", "url", "verified"),
    [
        ({"hostname": "0.0.0.0", "port": 8888}, "http://127.0.0.1:8888/lab", False),
        ({"hostname": "::", "port": 8888, "base_url": "/"}, "http://[::1]:8888", False),
        ({"hostname": "host.example", "port": 443, "secure": True}, "https://host.example:443/lab", True),
    ],
)
def test_where_a_server_listens(tmp_path: Path, parent: dict[str, str], fields, url: str, verified: bool):
    note(tmp_path, os.getpid(), **fields)
    endpoint = next(iter(candidates(tmp_path, parent)))
    assert endpoint.base_url == url
    assert endpoint.verify is verified
