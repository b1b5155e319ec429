"""A result's code in the side panel, and where it goes from there."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab
from tests.browser.driving import STARTED, open_notebook, shoot
from tests.browser.panel.driving import FROM_A_TEMPLATE, ask, open_panel, passed

pytestmark = [pytest.mark.engine, pytest.mark.browser]


async def test_code_is_looked_at_and_taken(lab: Lab, page: Page, tmp_path: Path):
    panel = await open_panel(page, lab, "insertion.ipynb")
    await ask(panel, FROM_A_TEMPLATE)
    await passed(panel)
    await panel.get_by_role("button", name="Details").first.click()
    editor = panel.get_by_role("group", name="solution.py, to be read")
    await expect(editor).to_contain_text("class Summary", timeout=STARTED)
    await expect(panel.get_by_text("Receipt: verified")).to_be_visible(timeout=STARTED)
    await panel.get_by_text("Receipt: verified").click()
    await shoot(page, "panel-code")
    await inserted_once_and_taken_back(page, panel)
    await opened_as_a_file(page, panel, lab)
    await downloaded(page, panel, tmp_path)


async def inserted_once_and_taken_back(page: Page, panel: Locator) -> None:
    cell = page.locator(".jp-Notebook .jp-CodeCell", has_text="class Summary")
    await panel.get_by_role("button", name="Insert as Cells").click()
    await expect(cell).to_have_count(1)
    await expect(cell.locator(".jca-Badge")).to_have_attribute("data-state", "passed", timeout=STARTED)
    await shoot(page, "panel-inserted")
    await panel.get_by_role("button", name="Insert as Cells").click()
    await expect(page.get_by_text("Its cells are in the notebook already.")).to_be_visible()
    await expect(cell).to_have_count(1)
    await page.get_by_role("menuitem", name="Edit", exact=True).click()
    await page.get_by_role("menuitem", name="Undo Cell Operation").click()
    await expect(cell).to_have_count(0)


async def opened_as_a_file(page: Page, panel: Locator, lab: Lab) -> None:
    """Where there is a file of that name already, it stays."""
    (lab.root / "solution.py").write_text("mine")
    await panel.get_by_role("button", name="Open as a File").click()
    await expect(page.get_by_role("tab", name="solution-1.py")).to_be_visible(timeout=STARTED)
    assert (lab.root / "solution.py").read_text() == "mine"
    assert "def describe_sample" in (lab.root / "solution-1.py").read_text()


async def downloaded(page: Page, panel: Locator, folder: Path) -> None:
    async with page.expect_download() as downloading:
        await panel.get_by_role("button", name="Download as ZIP").click()
    await (await downloading.value).save_as(folder / "result.zip")
    with zipfile.ZipFile(folder / "result.zip") as archive:
        assert archive.testzip() is None
        assert any(name.endswith("solution.py") for name in archive.namelist())
