"""The wheel and the sdist: built, installed in a fresh environment, used outside the source tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str | Path, cwd: Path, **environ: str) -> str:
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | environ
    result = subprocess.run([str(c) for c in command], cwd=cwd, env=env, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel is built from the sdist, as a package index's users get it."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", out, ROOT, cwd=out)
    return out


def test_the_wheel_carries_images_templates_prompts_and_the_server_configuration(distributions: Path):
    (wheel,) = distributions.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "jupyter_coding_agent/_images/python/Dockerfile" in names
    assert "jupyter_coding_agent/py.typed" in names
    assert "jupyter_coding_agent/openapi.yaml" in names
    assert "jupyter_coding_agent/widgets/front/panel.js" in names
    assert any(
        name.endswith("share/jupyter/labextensions/jupyter-coding-agent/package.json") for name in names
    )
    assert not any(name.startswith("jupyter_coding_agent/labextension/") for name in names)
    assert any(name.startswith("jupyter_coding_agent/templates/library/") for name in names)
    assert any(name.startswith("jupyter_coding_agent/agents/prompts/") for name in names)
    assert any(
        name.endswith("etc/jupyter/jupyter_server_config.d/jupyter_coding_agent.json") for name in names
    )


def test_the_sdist_carries_no_private_parts(distributions: Path):
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = archive.getnames()
    assert any(name.endswith("/images/python/Dockerfile") for name in names)
    assert not any("/.ci/" in name or "/.git/" in name or "/.venv/" in name for name in names)


@pytest.fixture(scope="module")
def installed(distributions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; its dependencies are the ones of the environment that runs the tests."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=distributions)
    (wheel,) = distributions.glob("*.whl")
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        venv,
        "install",
        "--no-deps",
        "--quiet",
        wheel,
        cwd=distributions,
    )
    (site,) = (venv / "lib").glob("python*/site-packages")
    own = run(
        sys.executable, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])", cwd=venv
    ).strip()
    # After the environment's own packages, so that the wheel wins over an editable installation.
    (site / "zz_dependencies.pth").write_text(own + "\n")
    return venv


def test_the_installed_command_works_outside_the_source_tree(installed: Path, tmp_path: Path):
    python = installed / "bin" / "python"
    where = run(python, "-c", "import jupyter_coding_agent as p; print(p.__file__)", cwd=tmp_path)
    assert where.startswith(str(installed))
    listing = run(installed / "bin" / "jupyter-coding-agent", "images", "list", cwd=tmp_path)
    assert "python" in listing


def test_the_server_extension_is_enabled_by_the_installation(installed: Path):
    path = installed / "etc/jupyter/jupyter_server_config.d/jupyter_coding_agent.json"
    assert json.loads(path.read_text())["ServerApp"]["jpserver_extensions"] == {"jupyter_coding_agent": True}
