"""The history and the files in the side panel of a real JupyterLab."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab
from tests.browser.driving import STARTED
from tests.browser.panel.driving import FROM_A_TEMPLATE, ask, open_panel, passed, shoot_both, show_view

pytestmark = [pytest.mark.engine, pytest.mark.browser]


async def test_what_was_asked_is_found_and_done_again(lab: Lab, page: Page):
    panel = await open_panel(page, lab)
    await ask(panel, FROM_A_TEMPLATE)
    await passed(panel)
    await show_view(panel, "History")
    rows = panel.get_by_role("list", name="Executions").get_by_role("listitem")
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text("passed")
    await expect(panel).to_contain_text("1 execution · 100 % passed")
    await replayed_with_a_change(panel)
    await show_view(panel, "History")
    await expect(rows).to_have_count(2)
    await compared(panel)
    await panel.get_by_role("combobox", name="Status").select_option("failed")
    await expect(panel).to_contain_text("Nothing was asked for that is like this")
    await panel.get_by_role("combobox", name="Status").select_option("")
    await shoot_both(page, "panel-history")


async def replayed_with_a_change(panel: Locator) -> None:
    await panel.get_by_role("button", name="Do it again …").click()
    await panel.get_by_role("textbox", name="More words for the request").fill("Name the mean mean.")
    await panel.get_by_role("button", name="Replay", exact=True).click()
    # In its session more has been said since.
    await expect(panel.get_by_text("It goes on in its session")).to_be_visible(timeout=STARTED)
    await panel.get_by_role("button", name="Show it").click()
    details = panel.get_by_role("region", name="Details of the execution")
    await expect(details.get_by_role("status").first).to_contain_text("passed", timeout=3 * STARTED)
    await details.get_by_role("button", name="Back").click()


async def compared(panel: Locator) -> None:
    for number in (0, 1):
        await panel.get_by_role("button", name="Compare", exact=True).nth(number).click()
    comparison = panel.get_by_role("region", name="Comparison")
    await expect(comparison.get_by_role("status")).to_have_text(
        re.compile(r"Both came to the same|files differ"), timeout=STARTED
    )
    await comparison.get_by_role("button", name="Compare nothing").click()


async def test_files_come_and_go(lab: Lab, page: Page, tmp_path: Path):
    panel = await open_panel(page, lab)
    await show_view(panel, "Files")
    await expect(panel).to_contain_text("No files yet.", timeout=STARTED)
    content = b"region,amount\nnorth,1\n" * 1000
    name = "\u05d0\u05d1 <b>orders.csv"
    await panel.get_by_label("Files to upload").set_input_files(
        [
            {"name": name, "mimeType": "text/csv", "buffer": content},
            {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
        ]
    )
    rows = panel.get_by_role("list", name="Files").get_by_role("listitem")
    await expect(rows).to_have_count(2, timeout=STARTED)
    orders = rows.filter(has_text="orders")
    await expect(orders).to_contain_text("21 KiB")
    await shoot_both(page, "panel-files")
    async with page.expect_download() as downloading:
        await orders.get_by_role("button", name="Download", exact=True).click()
    await (await downloading.value).save_as(tmp_path / "got.csv")
    assert (tmp_path / "got.csv").read_bytes() == content
    await orders.get_by_role("button", name="Delete …").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(rows).to_have_count(1)
    await panel.get_by_role("combobox", name="Type").select_option("output")
    await expect(panel).to_contain_text("No file is like this")
