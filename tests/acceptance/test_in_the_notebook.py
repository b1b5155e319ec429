"""From cells that ran in an IPython shell to a receipt that names them: passed means passed in that notebook."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_coding_agent.magics import context
from jupyter_coding_agent.magics.carrying import notebook_of
from jupyter_coding_agent.magics.kernel import ShellKernel
from jupyter_coding_agent.validation.proof import cell_digest
from tests.acceptance.conftest import EngineProcess
from tests.agents.fakes import code_reply, fenced
from tests.by_question import by_question
from tests.scripted_model import ScriptedModel

pytestmark = pytest.mark.engine

PROMPT = "Add up column a of what `clean` keeps of `df`, as total."
CELLS = [
    "import pandas as pd",
    "df = pd.DataFrame({'a': [1, 2, 30], 'b': [f'marker{n}' for n in range(3)]})",
    "def clean(frame):\n    return frame[frame['a'] > 1]",
]
TESTS = """import pandas as pd


def test_total(cell):
    both = pd.DataFrame({"a": [1, 5], "b": ["x", "y"], "c": [1, 5]})
    assert cell(df=both)["total"] == 5
"""


@pytest.fixture
def kernel() -> ShellKernel:
    shell = InteractiveShell()
    for cell in CELLS:
        shell.run_cell(cell, store_history=True).raise_error()
    return ShellKernel(shell, lambda: False)


async def test_code_for_another_table_fails_and_code_for_this_one_passes(
    start_engine: Callable[..., EngineProcess], kernel: ShellKernel
):
    namespace, hidden, cells = kernel.namespace(), kernel.hidden(), kernel.cells()
    names = context.mentioned(PROMPT, context.user_names(namespace, hidden))
    sent = context.gather(PROMPT, namespace, hidden, cells)
    sent["notebook"] = notebook_of(names, namespace, hidden, cells)
    wrong, right = (code_reply(f"total = int(clean(df)['{column}'].sum())\n") for column in "ca")
    script = by_question(tests=fenced("test_solution.py", TESTS), code=wrong, repair=right)
    with ScriptedModel(script) as model:
        engine = start_engine(
            {"AgentSettings": {"judgement": "plain"}},
            CODING_AGENT_LLM_PROVIDER="openai/scripted",
            OPENAI_BASE_URL=model.api_base,
            OPENAI_API_KEY="none",
        )
        async with engine.client() as client:
            found = await engine.execute(client, PROMPT, context=sent, language="python")
            attempts = (await client.get(f"/execute/{found['execution_id']}/attempts")).json()["attempts"]
        prompts = [request.text for request in model.requests]
    assert found["status"] == "passed", found["explanation"]
    assert attempts[0]["error_message"] == "test_runs_in_the_notebook: KeyError: 'c'"
    assert not any("marker2" in text for text in prompts)
    proof = found["receipt"]["notebook"]
    assert proof["cells"] == [cell_digest(CELLS[0]), cell_digest(CELLS[2])]
    assert proof["values"].keys() == {"df"}
    assert "the cell itself as it runs in your notebook" in found["explanation"]
