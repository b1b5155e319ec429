"""What is heavy is imported where it is first used, never at a door's start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("chromadb", "docker", "litellm", "numpy", "pandas", "torch")
# A Jupyter server that nobody asks anything pays for none of these either.
FOR_THE_ENGINE = ("aiosqlite", "cryptography", "pydantic")

PACKAGE = "import jupyter_coding_agent"
MAGICS = """
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance().run_line_magic("load_ext", "jupyter_coding_agent")
"""
SERVER = """
import asyncio
from jupyter_server.serverapp import ServerApp

async def main():
    server = ServerApp()
    server.initialize(
        ["--ServerApp.jpserver_extensions=jupyter_coding_agent=True", "--allow-root", "--ServerApp.port=0"],
        find_extensions=False,
        new_httpserver=False,
    )
    assert server.extension_manager.extension_apps["jupyter_coding_agent"]
    await server.extension_manager.start_all_extensions()
    await server.extension_manager.stop_all_extensions()

asyncio.run(main())
"""
ENGINE = """
import asyncio, os
from pathlib import Path
from jupyter_coding_agent.engine import Engine

async def main():
    engine = await Engine.start(Path(os.environ["CODING_AGENT_DATA_DIR"]), environ={})
    report()
    await engine.close()

asyncio.run(main())
"""


def loaded(code: str, tmp_path: Path, names: tuple[str, ...]) -> str:
    """Which of `names` the code leads to."""
    environ = os.environ | {
        "CODING_AGENT_DATA_DIR": str(tmp_path),
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
    }
    report = f"import sys\ndef report(): print('LOADED', sorted({set(names)!r} & sys.modules.keys()))\n"
    result = subprocess.run(
        [sys.executable, "-c", f"{report}{code}\nreport()"],
        env=environ,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.partition("LOADED ")[2].splitlines()[0]


@pytest.mark.parametrize(
    "code", [PACKAGE, MAGICS, SERVER, ENGINE], ids=["package", "magics", "server", "engine"]
)
def test_no_door_loads_what_is_heavy(code: str, tmp_path: Path):
    tmp_path.chmod(0o700)
    assert loaded(code, tmp_path, HEAVY) == "[]"


@pytest.mark.parametrize("code", [PACKAGE, SERVER], ids=["package", "server"])
def test_an_unused_server_pays_nothing_for_the_engine(code: str, tmp_path: Path):
    assert loaded(code, tmp_path, FOR_THE_ENGINE) == "[]"


def test_the_test_sees_what_is_loaded(tmp_path: Path):
    assert loaded("import docker, pydantic", tmp_path, HEAVY + FOR_THE_ENGINE) == "['docker', 'pydantic']"
