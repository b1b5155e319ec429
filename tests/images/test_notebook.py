"""Magics become Python, line for line, and Python is left alone."""

from __future__ import annotations

import pytest
from agent_sandbox.notebook import to_python


@pytest.mark.parametrize(
    "source",
    [b"x = 1\n", b"x = (7\n% 4)\n", b"'''\n!no\n%%no\n'''\n", b"", b"y = a if b else c\n", b"# what?\n"],
)
def test_python_is_left_alone(source: bytes) -> None:
    assert to_python(source) is source


@pytest.mark.parametrize(
    ("source", "line", "holds"),
    [
        (b"%matplotlib inline\nx = 1\n", 1, "run_line_magic('matplotlib', 'inline')"),
        (b"\n\n\n!ls\nx = 1\n", 4, "system('ls')"),
        (b"x = 1\nfiles = !ls\n", 2, "files = get_ipython().getoutput('ls')"),
        (b"x = 1\nprint?\n", 2, "run_line_magic('pinfo', 'print')"),
        (b"%%time\nx = 1\n", 2, "x = 1"),
        (b"\n%%capture out\nx = 1\n", 3, "x = 1"),
        (b"%%bash\nls\n", 1, "run_cell_magic('bash'"),
    ],
)
def test_magics_keep_their_lines(source: bytes, line: int, holds: str) -> None:
    python = to_python(source)
    assert isinstance(python, str)
    assert holds in python.split("\n")[line - 1]
    compile(python, "cell", "exec")


def test_what_is_neither_stays_wrong() -> None:
    assert "def f(:" in str(to_python(b"%time\ndef f(:\n"))
    assert to_python(b"\xff = %x") == b"\xff = %x"
