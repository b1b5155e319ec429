"""The list of sessions in the side panel of a real JupyterLab: found, renamed, saved, brought in, deleted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab
from tests.browser.driving import STARTED, shoot
from tests.browser.panel.driving import open_panel

pytestmark = [pytest.mark.engine, pytest.mark.browser]
BROUGHT = {
    "format": "jupyter-coding-agent-session",
    "title": "Prices",
    "messages": [
        {"role": "user", "text": "Use polars", "pinned": True},
        {"role": "assistant", "text": "Prices in **euro**.", "files": {"prices.py": "price = 42\n"}},
    ],
}


async def test_sessions_by_keyboard(lab: Lab, page: Page, tmp_path: Path):
    panel = await open_panel(page, lab)
    await panel.get_by_role("tab", name="Sessions").click()
    await expect(panel.get_by_text("No sessions yet.")).to_be_visible(timeout=STARTED)
    await shoot(page, "panel-sessions-empty")
    await brought(panel, tmp_path, "Prices")
    await panel.get_by_role("tab", name="Sessions").click()
    await brought(panel, tmp_path, "Orders")
    await panel.get_by_role("tab", name="Sessions").click()
    await renamed(page, panel)
    await searched(page, panel)
    await exported(page, panel, tmp_path)
    await deleted(page, panel)


async def brought(panel: Locator, folder: Path, title: str) -> None:
    """From a file into the chat."""
    path = folder / f"{title}.json"
    path.write_text(json.dumps(BROUGHT | {"title": title}))
    await panel.get_by_label("File to import").set_input_files(path)
    await expect(panel.get_by_role("heading", name=title)).to_be_visible(timeout=STARTED)
    await expect(panel.locator("strong", has_text="euro")).to_be_visible(timeout=STARTED)
    await panel.locator("summary", has_text="prices.py").click()
    await expect(panel.locator("pre", has_text="price = 42")).to_be_visible()


async def renamed(page: Page, panel: Locator) -> None:
    await panel.get_by_role("button", name=re.compile("^Orders")).focus()
    await page.keyboard.press("ArrowDown")
    await expect(panel.get_by_role("button", name=re.compile("^Prices"))).to_be_focused()
    await page.keyboard.press("F2")
    field = panel.get_by_role("textbox", name="Title of the session")
    await expect(field).to_be_focused()
    await shoot(page, "panel-sessions-rename")
    await page.keyboard.type("Costs")
    await page.keyboard.press("Enter")
    await expect(panel.get_by_role("button", name=re.compile("^Costs"))).to_be_focused(timeout=STARTED)


async def searched(page: Page, panel: Locator) -> None:
    search = panel.get_by_role("searchbox", name="Search the sessions")
    await search.fill("cos pol")
    await expect(panel.get_by_role("button", name=re.compile("^Orders"))).to_have_count(0, timeout=STARTED)
    await expect(panel.get_by_role("button", name=re.compile("^Costs"))).to_contain_text("Use polars")
    await shoot(page, "panel-sessions-found")
    await search.fill("nothingatall")
    await expect(panel.get_by_text("No session has all of these words.")).to_be_visible(timeout=STARTED)
    await search.fill("")
    await expect(panel.get_by_role("button", name=re.compile("^Orders"))).to_be_visible(timeout=STARTED)


async def exported(page: Page, panel: Locator, folder: Path) -> None:
    """What is saved is what can be brought in again."""
    await panel.get_by_role("button", name="Menu of “Costs”").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Export as a Notebook")).to_be_visible()
    await shoot(page, "panel-sessions-menu")
    async with page.expect_download() as download:
        await page.get_by_role("menuitem", name="Export as a Notebook").click()
    saved = await download.value
    assert saved.suggested_filename == "Costs.ipynb"
    await saved.save_as(folder / "again.ipynb")
    assert json.loads((folder / "again.ipynb").read_text())["nbformat"] == 4
    await panel.get_by_label("File to import").set_input_files(folder / "again.ipynb")
    await expect(panel.get_by_role("heading", name="Costs")).to_be_visible(timeout=STARTED)
    await expect(panel.get_by_role("article").filter(has_text="Use polars")).to_be_visible(timeout=STARTED)
    await panel.get_by_role("tab", name="Sessions").click()
    await expect(panel.get_by_role("button", name=re.compile("^Costs"))).to_have_count(2, timeout=STARTED)


async def deleted(page: Page, panel: Locator) -> None:
    """Asked first; the session that the chat shows is left."""
    orders = panel.get_by_role("button", name=re.compile("^Orders"))
    await orders.focus()
    await page.keyboard.press("Delete")
    dialog = page.get_by_role("dialog").filter(has_text="Delete “Orders”?")
    await expect(dialog).to_contain_text("Its 2 messages go for good.")
    await shoot(page, "panel-sessions-delete")
    await page.keyboard.press("Escape")
    await expect(orders).to_be_visible()
    await orders.focus()
    await page.keyboard.press("Enter")
    await expect(panel.get_by_role("heading", name="Orders")).to_be_visible(timeout=STARTED)
    await panel.get_by_role("tab", name="Sessions").click()
    await orders.focus()
    await page.keyboard.press("Delete")
    await dialog.get_by_role("button", name="Delete").click()
    await expect(orders).to_have_count(0, timeout=STARTED)
    await panel.get_by_role("tab", name="Chat").click()
    await expect(panel.get_by_role("list", name="Try one of these")).to_be_visible(timeout=STARTED)
