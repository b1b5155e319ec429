"""Differences of sets of files: what git makes of them, and what they are summed up as."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jupyter_coding_agent.executions.differences import LONGEST, difference

LONG = "".join(f"line {number}\n" for number in range(20))
CASES = {
    "only a new name": ({"a.py": LONG}, {"b.py": LONG}),
    "a new name and some new lines": ({"a.py": LONG}, {"b.py": "first\n" + LONG}),
    "the lines of one to a folder": ({"a.py": LONG}, {"pkg/a.py": LONG.replace("line 7\n", "")}),
    "all four": (
        {"a.py": LONG, "gone.py": "x = 1\n", "kept.py": "k\n", "m.py": "old\n"},
        {"z.py": LONG + "end", "new.py": "y = 2\nz = 3\n", "kept.py": "k\n", "m.py": "new\n"},
    ),
    "two that were renamed crosswise": (
        {"a.py": LONG, "b.py": LONG.upper()},
        {"c.py": LONG.upper() + "C\n", "d.py": LONG + "D\n"},
    ),
    "nothing before": ({}, {"a.py": LONG, "b.py": "x\n"}),
    "nothing after": ({"a.py": LONG}, {}),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES.keys())
def test_git_applies_it_and_gets_the_other_side(before, after, tmp_path: Path):
    for path, text in before.items():
        (tmp_path / path).write_bytes(text.encode())
    command = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, cwd=tmp_path, input=difference(before, after).unified_diff.encode(), check=True)
    found = {str(path.relative_to(tmp_path)): path for path in tmp_path.rglob("*") if path.is_file()}
    assert {name: path.read_bytes().decode() for name, path in found.items()} == after


def test_the_summary_tells_added_removed_changed_and_renamed_apart():
    summary = difference(*CASES["all four"]).summary
    assert summary.model_dump() == {
        "files": 4,
        "added": 1 + 2 + 1,
        "removed": 1 + 1,
        "added_files": ["new.py"],
        "removed_files": ["gone.py"],
        "changed_files": ["m.py"],
        "renamed": [{"old_path": "a.py", "new_path": "z.py", "similarity": 95}],
    }


def test_each_file_is_renamed_once_and_to_the_most_similar():
    before = {"one.py": LONG}
    after = {"near.py": LONG + "more\n", "twin.py": LONG, "far.py": LONG[: len(LONG) // 2]}
    (renamed,) = difference(before, after).summary.renamed
    assert (renamed.new_path, renamed.similarity) == ("twin.py", 100)
    del after["twin.py"]
    (renamed,) = difference(before, after).summary.renamed
    assert renamed.new_path == "near.py"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LONG, LONG.replace("line", "other")),
        ("", ""),
        ("x\n" * LONGEST, "x\n" * LONGEST + "y\n"),
    ],
    ids=["nothing in common", "empty", "too long to be measured"],
)
def test_what_is_no_rename(old: str, new: str):
    summary = difference({"a.py": old}, {"b.py": new}).summary
    assert (summary.removed_files, summary.added_files, summary.renamed) == (["a.py"], ["b.py"], [])


def test_equal_sides_have_no_difference():
    same = difference({"a.py": LONG}, {"a.py": LONG})
    assert (same.unified_diff, same.summary.files) == ("", 0)
