"""A result's code in the side panel, and where it goes from there."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab, running_lab
from tests.browser.doubling import TESTS, WRONG
from tests.browser.driving import STARTED, shoot
from tests.browser.panel.driving import FROM_A_TEMPLATE, ask, open_panel, passed, shoot_both
from tests.by_question import by_question
from tests.scripted_model import ScriptedModel

pytestmark = [pytest.mark.engine, pytest.mark.browser]


async def test_code_is_looked_at_and_taken(lab: Lab, page: Page, tmp_path: Path):
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel = await open_panel(page, lab, "insertion.ipynb")
    await ask(panel, FROM_A_TEMPLATE)
    await passed(panel)
    await panel.get_by_role("button", name="Details").first.click()
    editor = panel.get_by_role("group", name="solution.py, to be read")
    await expect(editor).to_contain_text("class Summary", timeout=STARTED)
    await expect(panel.get_by_text("Receipt: verified")).to_be_visible(timeout=STARTED)
    await panel.get_by_text("Receipt: verified").click()
    await shoot(page, "panel-code")
    await panel.get_by_text("Receipt: verified").click()
    await read_by_keyboard(page, panel)
    await inserted_once_and_taken_back(page, panel)
    await opened_as_a_file(page, panel, lab)
    await written_at_the_cursor_of_the_file(page, panel)
    await copied(page, panel)
    await downloaded(page, panel, tmp_path)
    await shoot_both(page, "panel-code-file")


async def test_what_is_not_validated_is_asked_about(tmp_path: Path, page: Page):
    replies = dict.fromkeys(
        ["code", "repair", "fresh", "alternative"], f"```python path=solution.py\n{WRONG}```\n"
    )
    tests = f"```python path=test_solution.py\n{TESTS}```\n"
    with ScriptedModel(by_question(tests=tests, retest=tests, **replies)) as model:
        async with running_lab(tmp_path, **model.environ) as lab:
            panel = await open_panel(page, lab)
            await ask(panel, "Write a function called double: double(number) gives twice the number.")
            unproved = panel.get_by_role("status").filter(has_text="not validated").first
            await expect(unproved).to_be_visible(timeout=4 * STARTED)
            await panel.get_by_role("button", name="Details").first.click()
            await asked_before_a_new_notebook(page, panel)
            await panel.get_by_role("button", name="Download as ZIP").click()
            await expect(page.get_by_text("What was downloaded is not validated")).to_be_visible()


async def asked_before_a_new_notebook(page: Page, panel: Locator) -> None:
    """Who declines gets nothing, not even an empty notebook."""
    dialog = page.get_by_role("dialog")
    cell = page.locator(".jp-Notebook .jp-CodeCell", has_text="def double")
    await panel.get_by_role("button", name="Insert as Cells").click()
    await expect(dialog).to_contain_text("This code is not validated")
    await expect(dialog).to_contain_text("No notebook is open")
    await shoot(page, "panel-code-unproved")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(page.locator(".jp-Notebook")).to_have_count(0)
    await panel.get_by_role("button", name="Insert as Cells").click()
    await dialog.get_by_role("button", name="Insert, not validated").click()
    await expect(cell).to_have_count(1, timeout=STARTED)


async def read_by_keyboard(page: Page, panel: Locator) -> None:
    """The Tab key goes into the editor and out of it; nothing can be typed there."""
    editor = panel.get_by_role("group", name="solution.py, to be read").locator(".cm-content")
    before = await editor.inner_text()
    await editor.focus()
    await page.keyboard.type("x")
    assert await editor.inner_text() == before
    await page.keyboard.press("Tab")
    await expect(editor).not_to_be_focused()


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


async def written_at_the_cursor_of_the_file(page: Page, panel: Locator) -> None:
    file = page.locator(".jp-FileEditor .cm-content")
    await file.focus()
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Delete")
    await expect(file).not_to_contain_text("class Summary")
    await panel.get_by_role("button", name="Insert at the Cursor").click()
    await expect(file).to_contain_text("class Summary")


async def copied(page: Page, panel: Locator) -> None:
    await panel.get_by_role("button", name="Copy the Code").click()
    await expect(page.get_by_text("solution.py is copied.")).to_be_visible()
    assert "class Summary" in await page.evaluate("navigator.clipboard.readText()")


async def downloaded(page: Page, panel: Locator, folder: Path) -> None:
    async with page.expect_download() as downloading:
        await panel.get_by_role("button", name="Download as ZIP").click()
    await (await downloading.value).save_as(folder / "result.zip")
    with zipfile.ZipFile(folder / "result.zip") as archive:
        assert archive.testzip() is None
        assert any(name.endswith("solution.py") for name in archive.namelist())
