"""A cell that fails in a live notebook is mended, tested and explained by the real engine; the model is scripted."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_coding_agent.client.result import MIME
from tests.doors.front_end import front_end_of, jupyter_server
from tests.scripted_model import Request, ScriptedModel

pytestmark = pytest.mark.engine

TABLE = "rates = {'eur': 1.0, 'usd': 1.1}\n\n\ndef rate(name):\n    return rates[name.upper()]"
MENDED = TABLE.replace(".upper()", ".lower()")
FAILING = "password = 'correct horse 7 battery'\nprice = 3 * rate('usd')"
TESTS = """\
from solution import half


def test_even():
    assert half(4) == 2


def test_odd():
    assert half(3) == 1.5
"""


def answer(request: Request) -> str:
    if "A cell of a notebook fails" in request.text:
        assert "KeyError: 'USD'" in request.text and "correct horse" not in request.text
        return f"```python path=cell_1.py\n{MENDED}\n```"
    if "Write tests for a cell" in request.text:
        return f"```python path=test_solution.py\n{TESTS}```"
    return "The key is written in capital letters."


def test_mended_tested_and_explained(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with ScriptedModel(answer) as model:
        monkeypatch.setenv("CODING_AGENT_LLM_PROVIDER", "openai/scripted")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-scripted")
        monkeypatch.setenv("OPENAI_API_BASE", model.api_base)
        with jupyter_server(tmp_path) as server, front_end_of(server) as person:
            person.run("%load_ext jupyter_coding_agent")
            person.run(TABLE)
            person.run(FAILING)
            asked, _ = person.run("%agent explain")
            said = person.wait_for("display_data", asked, "text/plain")["text/plain"]
            assert "The key is written in capital letters." in said
            asked, _ = person.run("%agent fix")
            result = person.wait_for("update_display_data", asked, MIME)[MIME]
            assert result["status"] == "passed", result["explanation"]
            assert "after 1 cell that it builds on" in result["explanation"]
            (change,) = result["changes"]
            assert (change["name"], change["before"], change["after"]) == ("In [2]", TABLE, MENDED)
            receipt = result["receipt"]
            assert (receipt["status"], len(receipt["notebook"]["cells"])) == ("ran", 1)
            _, reply = person.run("%agent insert")
            inserted = reply["payload"][0]["text"]
            assert inserted.startswith("# In [2], changed\n")
            assert inserted.endswith(f"\n# the cell that failed\n{FAILING}"), "with what was not sent"
            person.run("def half(x):\n    return x // 2")
            asked, _ = person.run("%agent test")
            result = person.wait_for("update_display_data", asked, MIME)[MIME]
            assert (result["status"], result["tests"]) == ("partial", {"test_solution.py": TESTS})
            assert "1 test of 2 fails" in result["explanation"]
            assert "test_odd: AssertionError" in result["explanation"]
