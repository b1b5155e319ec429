from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from jupyter_coding_agent.runner import install_script
from jupyter_coding_agent.runner.wire import FrameDecoder, encode


def test_speaks_frames_and_tells_what_pip_said() -> None:
    job = {"options": ["--no-index", "--no-input"], "certificates": "", "requirements": ["no-such-package"]}
    text = Path(install_script.__file__).read_text()
    done = subprocess.run([sys.executable, "-c", text], input=encode(job), capture_output=True, check=True)
    ready, *lines, end = FrameDecoder().feed(done.stdout)
    assert (ready, end) == ({"t": "ready"}, {"t": "end", "code": 1})
    assert "No matching distribution found for no-such-package" in lines[-1]["text"]
