"""An archive of a real result, unpacked in a fresh container: its own tests pass there."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from jupyter_coding_agent.delivery.service import archive_of
from jupyter_coding_agent.validation.models import Example
from tests.delivery.test_service import view
from tests.images.integration.conftest import image
from tests.images.integration.driver import TAG

__all__ = ["image"]  # the fixture that builds it
pytestmark = pytest.mark.engine

CELL = """\
import pandas as pd

total = int(frame["x"].sum())
print("total", total)
ax = frame.plot()
total
"""
CELL_TESTS = """\
import pandas as pd


def test_total(cell):
    left = cell(frame=pd.DataFrame({"x": [1, 2]}))
    assert left["total"] == 3
    assert left.stdout == "total 3\\n"
    assert left.displayed[0] == 3 and len(left.displayed) == 2


def test_again(cell):
    assert cell(frame=pd.DataFrame({"x": [5]}))["total"] == 5
"""
AWAITED = """\
import asyncio

value = await asyncio.sleep(0, result=7)
display(value)
"""
AWAITED_TESTS = """\
def test_value(cell):
    left = cell()
    assert left["value"] == 7 and left.displayed == [7]
"""
MAGIC = "%matplotlib inline\n\n\ndef double(x):\n    return 2 * x\n\n\nresult = double(4)\n"
MAGIC_TESTS = "def test_result(cell):\n    assert cell()['result'] == 8\n"
IMPORTED_TESTS = (
    "from hypothesis import given, strategies\n\nfrom solution import double\n\n\n"
    "@given(strategies.integers())\ndef test_double(x):\n    assert double(x) == x + x\n"
)
IMPORTED = "def double(x):\n    return 2 * x\n"


def run_inside(folder: Path) -> subprocess.CompletedProcess[str]:
    """``python -m pytest`` in the folder, as somebody else on another machine would run it."""
    command = [
        "docker",
        "run",
        "--rm",
        "--network=none",
        "--user=1000",
        "-e",
        "HOME=/tmp",
        "-e",
        "MPLBACKEND=agg",
    ]
    command += [
        "-v",
        f"{folder}:/there:ro",
        "-w",
        "/there",
        TAG,
        "python3",
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("code", "tests", "passing"),
    [
        (CELL, CELL_TESTS, 2),
        (AWAITED, AWAITED_TESTS, 1),
        (MAGIC, MAGIC_TESTS, 1),
        (IMPORTED, IMPORTED_TESTS, 1),
    ],
    ids=["cell", "awaited", "magic", "imported"],
)
def test_its_tests_pass_where_it_is_unpacked(tmp_path: Path, code: str, tests: str, passing: int):
    archive = archive_of(view(files={"solution.py": code}, tests={"test_solution.py": tests}))
    (tmp_path / "a.zip").write_bytes(archive.content)
    with zipfile.ZipFile(tmp_path / "a.zip") as opened:
        opened.extractall(tmp_path)
    folder = tmp_path / archive.name.removesuffix(".zip")
    tmp_path.chmod(0o755)
    done = run_inside(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{passing} passed" in done.stdout


EXAMPLES = [
    Example(call="double(3)", expected="6"),
    Example(call="double(0.1)", expected="0.2"),
    Example(call="double([1, 2])", expected="[1, 2, 1, 2]"),
]


@pytest.mark.parametrize(
    ("code", "examples", "status"),
    [
        (IMPORTED, EXAMPLES, 0),
        (MAGIC, [Example(call="double(x=result)", expected="16")], 0),
        (IMPORTED, [*EXAMPLES, Example(call="double(3)", expected="7")], 1),
        (
            "import numpy\n\ndouble = lambda x: numpy.array(x) * 2\n",
            [Example(call="double([1])", expected="[2]")],
            0,
        ),
    ],
    ids=["function", "cell", "wrong", "array"],
)
def test_the_users_own_examples_are_tests_there(
    tmp_path: Path, code: str, examples: list[Example], status: int
):
    archive = archive_of(view(files={"solution.py": code}, tests=None, examples=examples))
    (tmp_path / "a.zip").write_bytes(archive.content)
    with zipfile.ZipFile(tmp_path / "a.zip") as opened:
        opened.extractall(tmp_path)
    tmp_path.chmod(0o755)
    done = run_inside(tmp_path / archive.name.removesuffix(".zip"))
    assert done.returncode == status, done.stdout + done.stderr
    assert f"{len(examples) - status} passed" in done.stdout


def test_tests_that_fail_there_fail(tmp_path: Path):
    archive = archive_of(
        view(files={"solution.py": IMPORTED.replace("2 *", "3 *")}, tests={"test_a.py": IMPORTED_TESTS})
    )
    (tmp_path / "a.zip").write_bytes(archive.content)
    with zipfile.ZipFile(tmp_path / "a.zip") as opened:
        opened.extractall(tmp_path)
    tmp_path.chmod(0o755)
    done = run_inside(tmp_path / archive.name.removesuffix(".zip"))
    assert done.returncode == 1 and "1 failed" in done.stdout
