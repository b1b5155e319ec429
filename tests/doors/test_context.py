"""What a real kernel sends, through a real engine, to a model over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient

from tests.doors.test_headless import LOAD, notebook
from tests.engine_process import EngineProcess
from tests.scripted_model import ScriptedModel

TOKEN = "ghp_" + "aB3dE5gH7jK9" * 3
CELLS = (
    "import pandas as pd",
    f"token = '{TOKEN}'\ndf = pd.DataFrame({{'city': ['Graz'], 'password': ['swordfish']}})  # of ada@corp.io",
    "class Trap:\n"
    "    def __getattribute__(self, name):\n"
    "        import os\n"
    "        os._exit(3)\n"
    "    __repr__ = __len__ = __iter__ = __getattribute__\n"
    "trap = Trap()\n"
    "big = bytearray(2**28)\n"
    "class Remote(pd.DataFrame):\n"
    "    @property\n"
    "    def columns(self):\n"
    "        import time\n"
    "        time.sleep(600)\n"
    "remote = Remote.__new__(Remote)",
    f"%%agent --context show\nSum up df, log in with {TOKEN}",
    "%%agent\nSum up df",
    "%agent show --context",
    f"%%agent --chat\nWhat is in df, and how are trap, big and remote made? Log in with {TOKEN}.",
)


def text_of(cell: Any) -> str:
    return "\n".join(output["data"]["text/plain"] for output in cell.outputs if "data" in output)


@pytest.mark.parametrize("remote_key", ["", "set"])
def test_schemas_go_to_any_model_values_only_where_all_are_here_and_secrets_nowhere(
    data: Path, tmp_path: Path, remote_key: str
):
    with ScriptedModel(lambda asked: "One city.") as model:
        environ = {
            "CODING_AGENT_LLM_PROVIDER": "openai/scripted,groq/elsewhere",
            "OPENAI_BASE_URL": model.api_base,
            "GROQ_API_KEY": remote_key,
        }
        engine = EngineProcess(data, **environ)
        try:
            book = notebook(LOAD, *CELLS)
            NotebookClient(book, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
        finally:
            engine.close()
    shown = text_of(book.cells[-1])
    assert "One city." in shown
    assert "In your request: 1 GitHub token." in shown
    assert TOKEN not in shown
    request = model.requests[-1]
    assert "pandas.DataFrame: 1 x 2; columns city (str), password (str)" in request.text
    assert "trap: __main__.Trap" in request.text
    assert "big: bytearray: 268435456 long" in request.text
    assert "remote: __main__.Remote" in request.text
    assert ("'Graz' | '<redacted: password>'" in request.text) is (not remote_key)
    preview, looked_at = text_of(book.cells[-4]), text_of(book.cells[-2])
    assert "This would be sent; nothing was." in preview
    assert "Sent with exe_" in looked_at
    for text in (preview, looked_at):
        assert "df: pandas.DataFrame: 1 x 2; columns city (str), password (str)" in text
        assert "token = '<redacted: GitHub token>'" in text or 'token = "<redacted: GitHub token>"' in text
        assert ("'Graz' | '<redacted: password>'" in text) is (not remote_key)
    sent = preview + looked_at + "".join(one.text for one in model.requests)
    for secret in (TOKEN, "corp.io", "swordfish"):
        assert secret not in sent
