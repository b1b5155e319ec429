"""A result in the notebook: rendered, inserted as one step, its badge true until the cell is edited."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.async_api import Page, expect

from tests.acceptance.revenue import ORDERS, PROMPT, answer
from tests.browser.conftest import running_lab
from tests.browser.driving import KERNEL, STARTED, open_notebook, run_all, shoot
from tests.scripted_model import ScriptedModel

pytestmark = [pytest.mark.engine, pytest.mark.browser]
CELLS = ["%load_ext jupyter_coding_agent", f"%%agent --context orders.csv\n{PROMPT}"]


async def test_a_result_inserts_itself_and_says_when_it_is_edited(tmp_path: Path, page: Page):
    with ScriptedModel(answer) as model:
        async with running_lab(tmp_path, **model.environ) as lab:
            (lab.root / "orders.csv").write_bytes(ORDERS)
            book = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, CELLS)], metadata=KERNEL)
            nbformat.write(book, lab.root / "insertion.ipynb")
            await open_notebook(page, lab, "insertion.ipynb")
            await run_all(page)
            panel = page.locator(".jca-Panel")
            await expect(panel).to_contain_text("✓ passed", timeout=3 * STARTED)
            inserted = page.locator(".jp-CodeCell", has=page.locator(".jca-Badge"))
            await expect(inserted).to_have_count(1)
            await expect(inserted.locator(".cm-content")).to_contain_text("def revenue")
            await expect(panel).to_contain_text("Its cells are in the notebook")
            badge = inserted.locator(".jca-Badge")
            await expect(badge).to_have_attribute("data-state", "passed")
            await badge.get_by_role("button").first.click()
            await expect(badge.locator(".jca-badge-details")).to_contain_text("Proved on")
            await shoot(page, "inserted")
            await page.keyboard.press("Escape")
            await expect(badge.locator(".jca-badge-details")).to_be_hidden()

            await _takes_one_undo(page)
            await _is_stale_once_edited(page)
            await _reads_in_the_dark_and_narrow(page)


async def _takes_one_undo(page: Page) -> None:
    await page.locator(".jp-Notebook .jp-InputPrompt").first.click()
    await page.keyboard.press("z")
    await expect(page.locator(".jca-Badge")).to_have_count(0)
    await expect(page.locator(".jca-Panel")).to_contain_text("Cells to insert")
    await page.locator(".jca-Panel").get_by_role("button", name="Insert", exact=True).click()
    await expect(page.locator(".jca-Badge[data-state=passed]")).to_have_count(1)


async def _is_stale_once_edited(page: Page) -> None:
    cell = page.locator(".jp-CodeCell", has=page.locator(".jca-Badge"))
    await cell.locator(".cm-content").focus()
    await page.keyboard.press("Control+End")
    await page.keyboard.insert_text("\nprint('edited')")
    await expect(cell.locator(".jca-Badge")).to_have_attribute("data-state", "stale")
    await shoot(page, "edited")


async def _reads_in_the_dark_and_narrow(page: Page) -> None:
    await page.get_by_role("menuitem", name="Settings", exact=True).click()
    await page.locator(".lm-Menu-item", has_text="Theme").first.hover()
    await page.get_by_text("JupyterLab Dark", exact=True).click()
    await expect(page.locator("body[data-jp-theme-light=false]")).to_be_attached(timeout=STARTED)
    await shoot(page, "inserted-dark")
    await page.set_viewport_size({"width": 600, "height": 1000})
    await page.keyboard.press("Control+b")
    panel = page.locator(".jca-Panel")
    await panel.scroll_into_view_if_needed()
    await shoot(page, "inserted-dark-narrow")
    width = await panel.evaluate("node => [node.scrollWidth, node.clientWidth]")
    assert width[0] <= width[1] + 1, "the panel does not scroll sideways"
