"""IPython in a terminal: everything is text, and a request is waited for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.fake_engine import Running

CELLS = """\
%load_ext jupyter_coding_agent
%agent status
%%agent --run define the answer

answer + 1
%agent security
%agent diff
%agent chat
exit
"""


def test_requests_and_commands_are_lines_of_text(fake: Running, tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--colors=nocolor"],
        input=CELLS,
        cwd=tmp_path,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=120,
    )
    shown = done.stdout
    assert "Traceback" not in shown + done.stderr
    assert "Nothing runs." in shown
    assert "attempt 1: tests passed" in shown
    assert "43" in shown
    assert "Fix: Give a list of arguments." in shown
    assert "nothing to compare" in shown
    assert "Write what you want to say" in shown
    assert "<section" not in shown
