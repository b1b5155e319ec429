"""Uploads over a slow line, in a real JupyterLab: how far they are, and how they are cancelled."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab
from tests.browser.driving import STARTED, shoot
from tests.browser.panel.driving import (
    PANEL,
    assert_accessible,
    dark_theme,
    narrow,
    open_panel,
    show_view,
    wide,
)

pytestmark = [pytest.mark.engine, pytest.mark.browser]
SLOW = 100_000
"""Bytes a second."""
LARGE = {"name": "measurements.csv", "mimeType": "text/csv", "buffer": b"1,2,3\n" * 500_000}
SMALL = {"name": "orders.csv", "mimeType": "text/csv", "buffer": b"1,2,3\n" * 10_000}


async def test_uploads_say_how_far_they_are(lab: Lab, page: Page):
    panel = await open_panel(page, lab)
    await wide(page, 420)
    await slow_line(page, SLOW)
    await in_the_composer(page, panel)
    await show_view(panel, "Files")
    await among_the_files(page, panel)


async def in_the_composer(page: Page, panel: Locator) -> None:
    field = panel.get_by_label("Files to attach")
    await field.set_input_files([LARGE])
    await under_way(panel.get_by_role("progressbar", name="Upload of measurements.csv"))
    await shoot(page, "composer-upload")
    await assert_accessible(page, PANEL)
    await panel.get_by_role("button", name="Stop uploading measurements.csv").click()
    await expect(panel.get_by_role("progressbar")).to_have_count(0)
    await field.set_input_files([SMALL])
    await expect(panel.get_by_role("button", name="File orders.csv")).to_be_visible(timeout=STARTED)


async def among_the_files(page: Page, panel: Locator) -> None:
    await panel.get_by_label("Files to upload").set_input_files([LARGE])
    await under_way(panel.get_by_role("progressbar", name="Upload"))
    await shoot(page, "panel-upload")
    await dark_theme(page)
    await narrow(page)
    await shoot(page, "panel-upload-dark-narrow")
    await assert_accessible(page, PANEL)
    await panel.get_by_role("button", name="Cancel", exact=True).click()
    await expect(panel.get_by_role("progressbar")).to_have_count(0)
    await expect(panel.get_by_role("alert")).to_have_count(0)
    rows = panel.get_by_role("list", name="Files").get_by_role("listitem")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("orders.csv")


async def under_way(progress: Locator) -> None:
    """It comes to some percent that are neither none nor all."""
    await expect(progress).to_be_visible()
    await progress.evaluate(
        """async node => {
            while (!(node.value > 0)) {
                await new Promise(resolve => setTimeout(resolve, 50));
            }
        }"""
    )
    percent = await progress.evaluate("node => node.value")
    assert 0 < percent < 100


async def slow_line(page: Page, upload: int) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload},
    )
