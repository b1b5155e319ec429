"""A file is asked about, the answer refined, taken away and found again, all in a notebook."""

from __future__ import annotations

import zipfile
from pathlib import Path

import nbformat
import pytest
from playwright.async_api import Page, expect

from tests.acceptance.revenue import FOLLOW_UP, ORDERS, PROMPT, answer
from tests.browser.conftest import running_lab
from tests.browser.driving import KERNEL, STARTED, open_notebook, run_all, run_new_cell, shoot
from tests.scripted_model import ScriptedModel

pytestmark = [pytest.mark.engine, pytest.mark.browser]
CELLS = [
    "%load_ext jupyter_coding_agent",
    f"%%agent --wait --no-insert --session new --context orders.csv --output zip\n{PROMPT}",
    f"%%agent --wait --no-insert --context orders.csv\n{FOLLOW_UP}",
    "%agent zip latest.zip",
    "%agent artifacts",
    "%agent sessions",
    "%agent sessions search revenue whole",
    "%agent limits",
]


async def test_a_file_is_asked_about_and_the_answer_refined(tmp_path: Path, page: Page):
    with ScriptedModel(answer) as model:
        async with running_lab(tmp_path, **model.environ) as lab:
            (lab.root / "orders.csv").write_bytes(ORDERS)
            book = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, CELLS)], metadata=KERNEL)
            nbformat.write(book, lab.root / "workspace.ipynb")
            await open_notebook(page, lab, "workspace.ipynb")
            await run_all(page)
            limits = page.locator(".jp-OutputArea-output", has_text="executions")
            await expect(limits.last).to_be_visible(timeout=4 * STARTED)
            await shoot(page, "workspace")
            await limits.last.scroll_into_view_if_needed()
            await shoot(page, "workspace-end")
            # Nothing of a table is out of sight, also where there is little room.
            await page.set_viewport_size({"width": 900, "height": 1000})
            cut = "tables => tables.filter(table => table.scrollWidth > table.clientWidth).length"
            assert await page.locator(".jca table").evaluate_all(cut) == 0
            await page.set_viewport_size({"width": 1280, "height": 1000})
            # Seen by somebody who comes back: another page, another kernel.
            book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELLS[0])], metadata=KERNEL)
            nbformat.write(book, lab.root / "later.ipynb")
            await open_notebook(page, lab, "later.ipynb")
            await run_all(page)
            await run_new_cell(page, "%agent history")
            history = page.locator(".jp-OutputArea-output", has_text="whole number")
            await expect(history).to_be_visible(timeout=STARTED)
            await shoot(page, "workspace-later")
    with zipfile.ZipFile(lab.root / "latest.zip") as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
    assert {"solution.py", "test_solution.py", "orders.csv", "README.md", "receipt.json"} <= names
