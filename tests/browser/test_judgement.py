"""What a person sees in a notebook of a model that is wrong: a test set aside, code refused, a suite strengthened."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from playwright.async_api import Page, expect

from tests.acceptance.medians import GAMED_CODE, PROMPT, WEAK_SUITE, WRONG_TEST
from tests.browser.conftest import running_lab
from tests.browser.driving import KERNEL, STARTED, open_notebook, run_all, shoot
from tests.by_question import by_question
from tests.scripted_model import ScriptedModel

pytestmark = [pytest.mark.engine, pytest.mark.browser]


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        (WRONG_TEST, ["passed", "test_even", "2.5 == 3", "Mutation"]),
        (GAMED_CODE, ["written into the code", "not validated"]),
        (WEAK_SUITE, ["passed", "test_solution_more.py", "Stronger tests were asked for"]),
    ],
    ids=["a-wrong-test", "gamed-code", "a-weak-suite"],
)
async def test_the_notebook_says_why(
    tmp_path: Path, page: Page, script: dict[str, str], shown: list[str], request: pytest.FixtureRequest
):
    # A busy machine has time for few of the small changes in a second.
    (tmp_path / "config").mkdir()
    settings = {"ValidationSettings": {"challenge_seconds": 10}}
    (tmp_path / "config" / "jupyter_coding_agent_config.json").write_text(json.dumps(settings))
    with ScriptedModel(by_question(**script)) as model:
        async with running_lab(tmp_path, **model.environ) as lab:
            cells = ["%load_ext jupyter_coding_agent", f"%%agent --wait --attempts 2\n{PROMPT}"]
            book = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, cells)], metadata=KERNEL)
            nbformat.write(book, lab.root / "judged.ipynb")
            await open_notebook(page, lab, "judged.ipynb")
            await run_all(page)
            output = page.locator(".jp-OutputArea-output", has_text="Attempts:").last
            await expect(output).to_be_visible(timeout=3 * STARTED)
            await shoot(page, request.node.callspec.id)
            for words in shown:
                await expect(output).to_contain_text(words)
