import subprocess
from pathlib import Path

import pytest

from jupyter_coding_agent.agents.diffs import changes, unified

CASES = {
    "changed": ({"a.py": "x = 1\ny = 2\n"}, {"a.py": "x = 1\ny = 3\n"}),
    "from nothing": ({}, {"a.py": "x = 1\n", "b.py": "y = 2\nz = 3\n"}),
    "removed": ({"a.py": "x = 1\n", "b.py": "y = 2\n"}, {"a.py": "x = 1\n"}),
    "no newline before": ({"a.py": "x = 1"}, {"a.py": "x = 1\n"}),
    "no newline after": ({"a.py": "x = 1\ny = 2\n"}, {"a.py": "x = 1\ny = 3"}),
    "form feed and separators in lines": ({"a.py": "x = 1\x0c\n"}, {"a.py": "x = 1\x0c\ny = '\u2028'\n"}),
    "lines that look like headers": ({"a.py": "-- x\n"}, {"a.py": "++ x\n--- y\n"}),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES.keys())
def test_git_applies_the_diff_and_gets_the_new_version(before, after, tmp_path: Path):
    for path, text in before.items():
        (tmp_path / path).write_bytes(text.encode())
    command = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, cwd=tmp_path, input=unified(before, after).encode(), check=True)
    assert {p.name: p.read_bytes().decode() for p in tmp_path.iterdir()} == after


def test_equal_versions_have_no_diff():
    assert unified({"a.py": "x\n"}, {"a.py": "x\n"}) == ""
    assert changes({"a.py": "x\n"}, {"a.py": "x\n"}).model_dump() == {"files": 0, "added": 0, "removed": 0}


def test_lines_are_counted_over_files():
    counted = changes({"a.py": "1\n2\n", "b.py": "3\n"}, {"a.py": "1\n4\n5\n", "c.py": "--- 6\n"})
    assert counted.model_dump() == {"files": 3, "added": 3, "removed": 2}
