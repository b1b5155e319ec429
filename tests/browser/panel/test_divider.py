"""The divider between the conversation and an execution's details, in a real JupyterLab."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab
from tests.browser.driving import STARTED, shoot
from tests.browser.panel.driving import (
    FROM_A_TEMPLATE,
    PANEL,
    ask,
    assert_accessible,
    dark_theme,
    narrow,
    open_palette,
    open_panel,
    reload,
    saved,
    wide,
)

pytestmark = [pytest.mark.engine, pytest.mark.browser]
AT_FIRST, LEAST, LEAST_BESIDE = 0.46, 280, 320
DIVIDED = "(kept, percent) => Math.abs(kept['jupyter-coding-agent:panel'].divider - percent) < 1"
SLACK = 3
"""Pixels that borders take."""


async def test_the_details_are_given_more_room_or_less(lab: Lab, page: Page):
    await page.set_viewport_size({"width": 1500, "height": 1000})
    panel = await open_panel(page, lab)
    await ask(panel, FROM_A_TEMPLATE)
    await panel.get_by_role("button", name="Details").last.click()
    divider = panel.get_by_role("separator", name="Width of the view")
    details = panel.get_by_role("region", name="Details of the execution")
    await expect(details).to_be_visible()
    await expect(divider).to_have_count(0)
    await wide(page, 900)
    await expect(divider).to_be_visible()
    await moved_by_the_mouse(page, divider, details)
    await shoot(page, "panel-divider")
    await moved_by_the_keys(page, divider)
    await dark_theme(page)
    await divider.focus()
    await shoot(page, "panel-divider-dark")
    await assert_accessible(page, PANEL)
    await kept_over_a_reload(page, divider)
    await narrow(page)
    await expect(divider).to_have_count(0)
    await expect(details).to_have_css("width", await panel.evaluate("node => `${node.clientWidth}px`"))
    await in_a_tab(page)


async def moved_by_the_mouse(page: Page, divider: Locator, details: Locator) -> None:
    """It follows the pointer, stops where a side would be too narrow, and goes back by a double click."""
    await at(divider, round(900 * AT_FIRST))
    await drag(page, divider, 120)
    await at(divider, round(900 * AT_FIRST) + 120)
    await drag(page, divider, 600)
    await at(divider, 900 - LEAST_BESIDE)
    await expect(details).to_be_visible()
    await drag(page, divider, -900)
    await at(divider, LEAST)
    await divider.dblclick()
    await at(divider, round(900 * AT_FIRST))
    await drag(page, divider, -60)


async def moved_by_the_keys(page: Page, divider: Locator) -> None:
    before = await place(divider)
    await divider.focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await at(divider, before + 40)
    await page.keyboard.press("End")
    await at(divider, 900 - LEAST_BESIDE)
    await page.keyboard.press("ArrowLeft")


async def kept_over_a_reload(page: Page, divider: Locator) -> None:
    await divider.press("ArrowLeft")
    before = await place(divider)
    await saved(page, DIVIDED, 100 * before / 900)
    await reload(page)
    await expect(divider).to_be_visible(timeout=STARTED)
    await at(divider, before)


async def in_a_tab(page: Page) -> None:
    """It has the main area, where there is room for both."""
    await (await open_palette(page)).fill("Coding Agent in a Tab")
    await page.keyboard.press("Enter")
    divider = page.locator("#coding-agent-tab").get_by_role("separator", name="Width of the view")
    await expect(divider).to_be_visible()
    before = await place(divider)
    await drag(page, divider, -50)
    await at(divider, before - 50)
    await shoot(page, "panel-divider-tab")


async def place(divider: Locator) -> float:
    """Pixels from the left edge of the panel."""
    return await divider.evaluate(
        "node => node.getBoundingClientRect().left - node.parentElement.getBoundingClientRect().left"
    )


async def at(divider: Locator, pixels: float) -> None:
    await expect(divider).to_be_visible()
    now = await place(divider)
    assert abs(now - pixels) <= SLACK, f"It is at {now}, not at {pixels}."


async def drag(page: Page, divider: Locator, pixels: float) -> None:
    box = await divider.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + pixels, y, steps=4)
    await page.mouse.up()
