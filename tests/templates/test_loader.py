"""A broken template is a sentence that names its file, and takes no other template with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyter_coding_agent.core.errors import SettingError
from jupyter_coding_agent.templates.loader import MAX_FILE, load

MANIFEST: dict[str, Any] = {
    "name": "Greet",
    "description": "Says hello.",
    "category": "utility",
    "language": "python",
    "framework": "stdlib",
    "match": {"job": [["greet", "greeting"]], "phrases": ["greet somebody with a greeting"]},
    "variables": [
        {"name": "whom", "type": "string", "description": "Who.", "default": "you", "fill": ["greet {value}"]}
    ],
    "files": ["solution.py"],
    "tests": ["test_solution.py"],
}


def write(folder: Path, manifest: Any = MANIFEST, source: str = "WHOM = {{ whom | literal }}\n") -> Path:
    for name in ("files", "tests"):
        (folder / name).mkdir(parents=True)
    text = manifest if isinstance(manifest, str) else yaml.safe_dump(manifest)
    (folder / "template.yaml").write_text(text, encoding="utf-8")
    (folder / "files" / "solution.py.j2").write_text(source, encoding="utf-8")
    (folder / "tests" / "test_solution.py.j2").write_text(
        "def test_it():\n    assert True\n", encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"name": None}, "name"),
        ({"category": "toys"}, "category"),
        ({"colour": "red"}, "colour"),
        ({"match": {"job": [], "phrases": ["x"]}}, r"match\.job"),
        ({"files": ["../../etc/passwd"]}, "inside the template's folder"),
        ({"files": ["/etc/passwd"]}, "inside the template's folder"),
        ({"files": ["missing.py"]}, r"missing\.py\.j2 can't be read"),
        ({"distinct": [["whom", "who"]]}, "unknown variables: who"),
        ({"variables": MANIFEST["variables"] * 2}, "same name"),
        ({"variables": [{**MANIFEST["variables"][0], "fill": ["({value}"]}]}, "not a regular expression"),
        ({"variables": [{**MANIFEST["variables"][0], "rule": {"pattern": "("}}]}, "not a regular expression"),
        ({"variables": [{**MANIFEST["variables"][0], "words": {"(": "x"}}]}, "not a regular expression"),
        ({"variables": [{**MANIFEST["variables"][0], "default": ""}]}, "defaults are wrong"),
        ({"variables": [{**MANIFEST["variables"][0], "type": "choice"}]}, "chooses among nothing"),
        ({"variables": []}, "unknown variables: whom"),
    ],
)
def test_a_wrong_manifest_is_named(tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
    folder = write(tmp_path / "greet", {**MANIFEST, **changes})
    with pytest.raises(SettingError, match=complaint) as caught:
        load(folder, origin="user")
    assert str(folder) in caught.value.message


@pytest.mark.parametrize("text", ["", "[]", "a: [", "\tname: x", "!!python/object/apply:os.system ['x']"])
def test_a_file_that_is_no_manifest_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingError, match=r"template\.yaml"):
        load(write(tmp_path / "greet", text))


@pytest.mark.parametrize("source", ["{% if %}", "{{ whom | shout }}"])
def test_a_source_that_is_no_jinja_is_named(tmp_path: Path, source: str) -> None:
    with pytest.raises(SettingError, match=r"solution\.py\.j2 is no valid Jinja2"):
        load(write(tmp_path / "greet", source=source))


@pytest.mark.parametrize("place", ["template.yaml", "files/solution.py.j2", "tests/test_solution.py.j2"])
def test_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path, place: str) -> None:
    secret = tmp_path / "secret"
    folder = write(tmp_path / "greet")
    secret.write_text((folder / place).read_text("utf-8"), encoding="utf-8")
    (folder / place).unlink()
    (folder / place).symlink_to(secret)
    with pytest.raises(SettingError, match="leads out of the template's folder"):
        load(folder)


@pytest.mark.parametrize("place", ["template.yaml", "files/solution.py.j2"])
def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, place: str) -> None:
    folder = write(tmp_path / "greet")
    (folder / place).write_text("#" * (MAX_FILE + 1), encoding="utf-8")
    with pytest.raises(SettingError, match="256 KiB"):
        load(folder)


def test_a_folder_in_a_file_s_place_is_not_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "greet")
    (folder / "files" / "solution.py.j2").unlink()
    (folder / "files" / "solution.py.j2").mkdir()
    with pytest.raises(SettingError, match="no plain file"):
        load(folder)


def test_a_variable_without_a_default_has_an_example(tmp_path: Path) -> None:
    variable = {"name": "whom", "type": "string", "description": "Who."}
    with pytest.raises(SettingError, match="needs a default, or an example"):
        load(write(tmp_path / "a", {**MANIFEST, "variables": [variable]}))
    template = load(write(tmp_path / "b", {**MANIFEST, "variables": [{**variable, "example": "Ada"}]}))
    assert template.manifest.samples() == {"whom": "Ada"}
