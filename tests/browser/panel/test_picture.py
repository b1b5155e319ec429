"""From a request to a cell in a notebook, as a newcomer goes: the pictures of the README are taken here."""

from __future__ import annotations

import nbformat
import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab
from tests.browser.driving import KERNEL, STARTED, open_notebook, shoot
from tests.browser.panel.driving import FROM_A_TEMPLATE, ask, dark_theme, passed, show_panel, wide

pytestmark = [pytest.mark.engine, pytest.mark.browser]
SPACIOUS = 430
"""Pixels of a panel that is looked at."""


async def test_a_newcomer_gets_a_validated_cell(lab: Lab, page: Page):
    cells = [nbformat.v4.new_markdown_cell("# Orders"), nbformat.v4.new_code_cell("import numpy as np")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), lab.root / "orders.ipynb")
    await open_notebook(page, lab, "orders.ipynb")
    # The list of files would take the room.
    await page.get_by_role("tab", name="File Browser").click()
    panel = await show_panel(page)
    await wide(page, SPACIOUS)
    await shoot(page, "picture-first")
    await a_cell_is_asked_for(page, panel)
    await shoot(page, "picture-light")
    await dark_theme(page)
    await expect(page.locator("#jupyterlab-splash")).to_have_count(0, timeout=STARTED)
    await panel.get_by_role("button", name="Back").click()
    await shoot(page, "picture-dark")


async def a_cell_is_asked_for(page: Page, panel: Locator) -> None:
    await ask(panel, FROM_A_TEMPLATE)
    await passed(panel)
    await panel.get_by_role("button", name="Details").first.click()
    await expect(panel.get_by_text("Receipt: verified")).to_be_visible(timeout=STARTED)
    await panel.get_by_role("button", name="Insert as Cells").click()
    cell = page.locator(".jp-Notebook .jp-CodeCell", has_text="class Summary")
    await expect(cell.locator(".jca-Badge")).to_have_attribute("data-state", "passed", timeout=STARTED)
    # The notification says so for some seconds.
    await expect(page.locator(".Toastify__toast")).to_have_count(0, timeout=STARTED)
