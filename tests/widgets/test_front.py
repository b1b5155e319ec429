"""The panels' JavaScript: as one module, and tested by Node's own runner."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from jupyter_coding_agent.widgets import front

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="there is no Node.js")


def node(*arguments: str | Path) -> str:
    done = subprocess.run([str(NODE), *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_node
def test_the_modules():
    said = node("--test", "--test-reporter=tap", Path(__file__).parent / "front" / "front.test.mjs")
    assert "# fail 0" in said


@needs_node
def test_together_they_are_one_module_that_needs_no_other(tmp_path: Path):
    whole = tmp_path / "panel.mjs"
    whole.write_text(front.script())
    asked = f"import({str(whole)!r}).then((it) => console.log(Object.keys(it.default)))"
    assert node("-e", asked).strip() == "[ 'render' ]"
    assert "import " not in front.script()


def test_nothing_becomes_markup_or_code():
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "eval(",
        "new Function",
        "document.write",
    ):
        assert forbidden not in front.script()
