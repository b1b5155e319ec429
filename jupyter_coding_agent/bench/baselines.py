"""What the verdict is compared with: the same three tools, bare and in a cold container."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from ..core.errors import MissingPart
from .jobs import Job

# The image has coverage.py but not pytest-cov: the same measurement by another door.
COLD_COMMAND = (
    "cp -r /in/. /work && cd /work && python3 -m coverage run -m pytest -q -p no:cacheprovider . && "
    "python3 -m coverage report --include solution.py; python3 -m flake8 solution.py; python3 -m bandit -q solution.py"
)


async def run(*command: str, cwd: Path | None = None) -> str:
    """Run a program to its end; its output. Findings and failing tests are no error (exit status 1)."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    if process.returncode not in (0, 1):
        raise MissingPart(
            f"{' '.join(command[:4])} … could not run: {output.decode(errors='replace')[-500:]}"
        )
    return output.decode(errors="replace")


def lay_out(job: Job, directory: Path) -> None:
    """Write the job's files, as a user would have them in a folder."""
    (directory / "solution.py").write_text(job.solution)
    (directory / "test_solution.py").write_text(job.tests)


async def bare(directory: Path) -> None:
    """``pytest --cov``, ``flake8`` and ``bandit`` one after the other on this machine."""
    await run(
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        "/dev/null",
        "--rootdir",
        ".",
        "--cov=solution",
        ".",
        cwd=directory,
    )
    await run(sys.executable, "-m", "flake8", "solution.py", cwd=directory)
    await run(sys.executable, "-m", "bandit", "-q", "solution.py", cwd=directory)


async def cold(directory: Path, image: str) -> None:
    """One cold ``docker run`` of the three tools."""
    await run(
        *("docker", "run", "--rm", "--network", "none", "--entrypoint", "sh", "-v", f"{directory}:/in:ro"),
        *("--tmpfs", "/work", image, "-c", COLD_COMMAND),
    )
