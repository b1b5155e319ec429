"""The panel in Notebook 7: beside the notebook, by the toolbar and the menu; its list of files is as before."""

from __future__ import annotations

import nbformat
import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Lab
from tests.browser.driving import KERNEL, STARTED, shoot
from tests.browser.panel.driving import FROM_A_TEMPLATE, PANEL, ask, passed

pytestmark = [pytest.mark.engine, pytest.mark.browser]


async def test_the_panel_is_beside_the_notebook(notebook7: Lab, page: Page):
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("a = 1")], metadata=KERNEL)
    nbformat.write(book, notebook7.root / "seven.ipynb")
    await page.goto(notebook7.notebook7("tree"), timeout=STARTED)
    await expect(page.get_by_text("seven.ipynb")).to_be_visible(timeout=STARTED)
    await shoot(page, "notebook7-tree")
    await page.goto(notebook7.notebook7("notebooks/seven.ipynb"), timeout=STARTED)
    await page.get_by_role("button", name="Ask the Coding Agent").click(timeout=STARTED)
    panel = page.locator(PANEL)
    await expect(panel.get_by_role("textbox", name="Message to the coding agent")).to_be_focused()
    await ask(panel, FROM_A_TEMPLATE)
    await passed(panel)
    await shoot(page, "notebook7")
    await page.get_by_role("menuitem", name="View", exact=True).click()
    await expect(page.get_by_text("Open the Coding Agent", exact=True)).to_be_visible()
    await expect(page.get_by_text("Open the Coding Agent in a Tab")).to_be_hidden()
    await page.keyboard.press("Escape")
    await page.locator(".jp-Notebook .jp-CodeCell").first.click(button="right")
    for name in ("Explain This Cell", "Write Tests for This Cell", "Validate This Cell"):
        await expect(page.locator(".lm-ContextMenu, .lm-Menu").get_by_text(name).first).to_be_visible()
    await shoot(page, "notebook7-menu")
    # Notebook 7 has errors of its own, with this extension and without.
    assert [error for error in errors if "jupyter-coding-agent" in error] == []
