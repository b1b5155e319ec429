from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_coding_agent.cli.validate import read
from jupyter_coding_agent.core.errors import InvalidInput
from tests.cli.conftest import Cli
from tests.fake_engine import Running


def write(folder: Path, **files: str) -> list[Path]:
    paths = []
    for name, text in files.items():
        path = folder / f"{name}.py"
        path.write_text(text)
        paths.append(path)
    return paths


@pytest.mark.parametrize(
    ("code", "status", "says"),
    [("fine", 0, "✓ ran"), ("wrong", 1, "✗ failed"), ("unjudged", 2, "✗ could not be judged")],
)
def test_the_exit_status_says_the_verdict(
    cli: Cli, fake: Running, tmp_path: Path, code: str, status: int, says: str
):
    (path,) = write(tmp_path, code=code)
    done = cli("validate", path)
    assert done.returncode == status
    assert says in done.stdout


def test_with_tests(cli: Cli, fake: Running, tmp_path: Path):
    code, tests = write(tmp_path, code="fine", test_code="def test_it(): ...")
    done = cli(
        "validate",
        code,
        "--tests",
        tests,
        "--requirement",
        "numpy",
        "--requirement",
        "pandas",
        "--timeout",
        "5",
    )
    assert done.returncode == 0
    assert "✓ passed" in done.stdout
    assert fake.engine.requests[-1][2] == {
        "language": "python",
        "files": {"code.py": "fine"},
        "tests": {"test_code.py": "def test_it(): ..."},
        "requirements": ["numpy", "pandas"],
        "timeout_seconds": 5.0,
    }


def test_as_json(cli: Cli, fake: Running, tmp_path: Path):
    done = cli("validate", *write(tmp_path, code="wrong"), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["signals"]["tests"]["passed"] is False


def test_no_container_engine_is_a_sentence_and_status_2(cli: Cli, fake: Running, tmp_path: Path):
    done = cli("validate", *write(tmp_path, code="no engine"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.endswith("No container engine answers. Start Docker.\n")


def test_a_missing_file_is_a_sentence(cli: Cli, fake: Running):
    done = cli("validate", "nowhere.py")
    assert done.returncode == 2
    assert done.stderr == "nowhere.py can't be read: No such file or directory.\n"


def test_files_below_the_working_directory_keep_their_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "here" / "package").mkdir(parents=True)
    (inside,) = write(tmp_path / "here" / "package", core="x = 1")
    (outside,) = write(tmp_path, other="y = 2")
    monkeypatch.chdir(tmp_path / "here")
    assert read([inside, outside, Path("package/core.py")][:2]) == {
        "package/core.py": "x = 1",
        "other.py": "y = 2",
    }
    assert list(read([Path("package/core.py")])) == ["package/core.py"]
    assert list(read([Path("../other.py")])) == ["other.py"]
    with pytest.raises(InvalidInput, match="given twice"):
        read([inside, Path("package/core.py")])


def test_what_is_no_text_is_named(tmp_path: Path):
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match=r"binary\.py is not a text file"):
        read([tmp_path / "binary.py"])
    with pytest.raises(InvalidInput, match="Is a directory"):
        read([tmp_path])
