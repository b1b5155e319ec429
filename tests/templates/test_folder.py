"""The user's folder: read when it changes, each template apart, nothing shadowed."""

from __future__ import annotations

import shutil
from pathlib import Path

from jupyter_coding_agent.core.errors import SettingError
from jupyter_coding_agent.templates.folder import MAX_ENTRIES, MAX_TEMPLATES, UserFolder
from jupyter_coding_agent.templates.loader import load
from jupyter_coding_agent.templates.models import Template
from tests.templates.test_loader import write


class Reader:
    """Reads here, and tells what it has read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def load(self, folder: Path) -> Template:
        self.read.append(folder.name)
        return load(folder, origin="user")


def folder_of(path: Path) -> tuple[UserFolder, Reader]:
    reader = Reader()
    return UserFolder(path, reader, {"clean-table"}), reader


def test_there_need_be_no_folder(tmp_path: Path) -> None:
    for path in (None, tmp_path / "missing"):
        held = UserFolder(path, Reader(), ()).held()
        assert (held.templates, held.problems) == ({}, {})


def test_only_what_changes_is_read_again(tmp_path: Path) -> None:
    folder, reader = folder_of(tmp_path)
    assert folder.held().templates == {}
    write(tmp_path / "greet")
    write(tmp_path / "part")
    first = folder.held()
    assert folder.held() is first
    (tmp_path / "part" / "files" / "solution.py.j2").write_text("X = 1\n# {{ whom | literal }}\n")
    second = folder.held()
    assert reader.read == ["greet", "part", "part"]
    assert second.version != first.version
    assert second.templates["part"].files["solution.py"].startswith("X = 1")
    shutil.rmtree(tmp_path / "part")
    assert set(folder.held().templates) == {"greet"}


def test_a_broken_one_is_reported_and_takes_no_other_with_it(tmp_path: Path) -> None:
    write(tmp_path / "broken", "a: [")
    write(tmp_path / "clean-table")
    write(tmp_path / "greet")
    write(tmp_path / "Not An Id")
    (tmp_path / "empty").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "a file").write_text("x")
    folder, reader = folder_of(tmp_path)
    held = folder.held()
    assert set(held.templates) == {"greet"}
    said = {name: problem.message for name, problem in held.problems.items()}
    assert set(said) == {"broken", "clean-table", "empty", "Not An Id"}
    assert str(tmp_path / "broken" / "template.yaml") in said["broken"]
    assert "built-in template 'clean-table'" in said["clean-table"]
    assert "no template.yaml" in said["empty"]
    assert "small letters" in said["Not An Id"]
    folder.held()
    assert reader.read == ["broken", "greet"]
    shutil.copy(tmp_path / "greet" / "template.yaml", tmp_path / "broken" / "template.yaml")
    assert set(folder.held().templates) == {"broken", "greet"}


def test_what_was_put_out_stays_out_until_it_changes(tmp_path: Path) -> None:
    write(tmp_path / "greet")
    folder, _ = folder_of(tmp_path)
    version = folder.held().version
    folder.exclude("greet", "It does not end.")
    held = folder.held()
    assert (held.templates, held.problems["greet"].message) == ({}, "It does not end.")
    assert held.version != version
    (tmp_path / "greet" / "files" / "solution.py.j2").write_text("Y = {{ whom | literal }}\n\n")
    assert set(folder.held().templates) == {"greet"}


def test_there_is_a_limit_to_templates_and_files(tmp_path: Path) -> None:
    for number in range(MAX_TEMPLATES + 1):
        write(tmp_path / f"t{number:03}")
    crowded = write(tmp_path / "a-crowd")
    for number in range(MAX_ENTRIES):
        (crowded / str(number)).write_text("x")
    held = folder_of(tmp_path)[0].held()
    assert len(held.templates) == MAX_TEMPLATES - 1
    assert "more than" in held.problems["a-crowd"].message
    assert {"t049", "t050"} <= held.problems.keys()


class Refuses:
    """Reads nothing."""

    def load(self, folder: Path) -> Template:
        raise SettingError(f"{folder.name} is wrong.")


def test_the_reader_s_sentence_is_the_problem(tmp_path: Path) -> None:
    write(tmp_path / "greet")
    held = UserFolder(tmp_path, Refuses(), ()).held()
    assert held.problems["greet"].message == "greet is wrong."


def test_its_fingerprint_changes_with_any_file(tmp_path: Path) -> None:
    folder, reader = folder_of(tmp_path)
    assert folder.fingerprint() == ""
    write(tmp_path / "greet")
    first = folder.fingerprint()
    assert first == folder.fingerprint() != ""
    with next(path for path in (tmp_path / "greet").rglob("*") if path.is_file()).open("a") as file:
        file.write("\n")
    assert folder.fingerprint() != first
    assert reader.read == []
