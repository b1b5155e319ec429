"""Everybody can use the panel: axe finds nothing serious, nothing is cut off, and no mouse is needed."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import ROOT, Lab
from tests.browser.driving import KERNEL, STARTED, run_all, shoot
from tests.browser.panel.driving import (
    FROM_A_TEMPLATE,
    NARROW,
    PANEL,
    ask,
    dark_theme,
    light_theme,
    narrow,
    open_palette,
    open_panel,
    passed,
    wide,
)

pytestmark = [pytest.mark.engine, pytest.mark.browser]
AXE = ROOT / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
WIDEST = 800
VIEWS = "Views of the coding agent"
FACETS = "Parts of the result"

FIND = """async selectors => {
    const include = selectors.filter(one => document.querySelector(one)).map(one => [one]);
    const {violations} = await axe.run({include}, {resultTypes: ['violations']});
    return violations.map(({id, impact, nodes}) => ({id, impact, nodes: nodes.map(node => node.html)}));
}"""
CUT_OFF = """panel => {
    const right = panel.getBoundingClientRect().right + 1;
    const kept = node => node !== panel && (
        getComputedStyle(node).overflowX !== 'visible' || kept(node.parentElement));
    return [...panel.querySelectorAll('*')]
        .filter(node => node.getClientRects().length && node.getBoundingClientRect().right > right)
        .filter(node => !kept(node.parentElement))
        .map(node => node.outerHTML.slice(0, 200));
}"""


async def test_nothing_serious_is_found_in_any_view(lab: Lab, page: Page):
    cells = ["%load_ext jupyter_coding_agent", f"%%agent --wait --no-insert\n{FROM_A_TEMPLATE}"]
    book = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, cells)], metadata=KERNEL)
    nbformat.write(book, lab.root / "seen.ipynb")
    panel = await open_panel(page, lab, "seen.ipynb")
    await ask(panel, FROM_A_TEMPLATE)
    await passed(panel)
    await expect(page.locator("#jp-main-statusbar").get_by_text("| Idle")).to_be_visible(timeout=STARTED)
    await run_all(page)
    await expect(page.get_by_role("region", name="Coding agent: passed")).to_be_visible(timeout=3 * STARTED)
    await page.evaluate(AXE.read_text())
    wrong: list[str] = []
    for theme in (light_theme, dark_theme):
        await theme(page)
        for width in (NARROW, WIDEST):
            await wide(page, width)
            wrong += await wrong_anywhere(page, panel, f"{theme.__name__[:5]}-{width}")
    await narrow(page)
    # At 200 % a page is half as wide and half as high.
    await page.set_viewport_size({"width": 640, "height": 500})
    wrong += await wrong_anywhere(page, panel, "zoomed")
    assert wrong == [], "\n".join(wrong)


async def wrong_anywhere(page: Page, panel: Locator, name: str) -> list[str]:
    """What is wrong with any view, or with any part of the details."""
    wrong: list[str] = []
    for view in await tabs_of(panel, VIEWS):
        await panel.get_by_role("tablist", name=VIEWS).get_by_role("tab", name=view, exact=True).click()
        wrong += await wrong_with(page, panel, f"{name}-{view}")
    await panel.get_by_role("tablist", name=VIEWS).get_by_role("tab", name="Chat").click()
    await panel.get_by_role("button", name="Details").last.click()
    for facet in await tabs_of(panel, FACETS):
        await panel.get_by_role("tablist", name=FACETS).get_by_role("tab", name=facet, exact=True).click()
        wrong += await wrong_with(page, panel, f"{name}-{facet}")
    await page.keyboard.press("Escape")
    await expect(panel.get_by_role("tablist", name=FACETS)).to_have_count(0)
    return wrong


async def tabs_of(panel: Locator, name: str) -> list[str]:
    tabs = panel.get_by_role("tablist", name=name).get_by_role("tab")
    await expect(tabs.first).to_be_visible()
    return [(await tab.inner_text()).strip().replace("\n", " ") for tab in await tabs.all()]


async def wrong_with(page: Page, panel: Locator, name: str) -> list[str]:
    """What axe finds serious in what is shown, and what of it is out of reach."""
    await expect(panel.locator(".jca-Busy:visible")).to_have_count(0, timeout=STARTED)
    await shoot(page, f"panel-{name}".lower().replace(" ", "-"))
    found: list[dict[str, Any]] = await page.evaluate(FIND, [PANEL, ".jca-Panel"])
    for one in found:
        print(name, one["impact"], one["id"], one["nodes"][:2])
    serious = [
        f"{name}: {one['id']} {one['nodes'][:3]}" for one in found if one["impact"] in ("serious", "critical")
    ]
    return serious + [f"{name}: cut off: {node}" for node in await panel.evaluate(CUT_OFF)]


async def focused(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press the key until the element has the focus, as somebody without a mouse does."""
    for _ in range(60):
        if await wanted.evaluate("node => node === document.activeElement"):
            return
        await page.keyboard.press(key)
    pytest.fail(f"{wanted} is not reached by {key}.")


async def test_no_mouse_is_needed(lab: Lab, page: Page):
    await page.goto(f"{lab.url}lab?token={lab.token}")
    # JupyterLab gives the focus to what it opens last at its start.
    await expect(page.locator(".jp-LauncherCard").first).to_be_visible(timeout=STARTED)
    await open_palette(page)
    await page.keyboard.type("Open the Coding Agent")
    await expect(page.locator(".lm-CommandPalette-item.lm-mod-active")).to_contain_text("Coding Agent")
    await page.keyboard.press("Enter")
    panel = page.locator(PANEL)
    await expect(panel).to_be_visible()
    message = panel.get_by_role("textbox", name="Message to the coding agent")
    await focused(page, message)
    await page.keyboard.type(FROM_A_TEMPLATE)
    await expect(message).to_have_value(FROM_A_TEMPLATE)
    await focused(page, panel.get_by_role("button", name="Send", exact=True))
    await page.keyboard.press("Enter")
    await passed(panel)
    details = panel.get_by_role("button", name="Details").last
    await focused(page, details, "Shift+Tab")
    await page.keyboard.press("Enter")
    facets = panel.get_by_role("tablist", name=FACETS)
    await focused(page, facets.get_by_role("tab", selected=True))
    await page.keyboard.press("End")
    await expect(facets.get_by_role("tab").last).to_be_focused()
    await page.keyboard.press("Home")
    await focused(page, panel.get_by_role("button", name="Open as a File"))
    await page.keyboard.press("Enter")
    opened = page.locator(".jp-FileEditor .cm-content")
    await expect(opened).to_contain_text("def describe_sample", timeout=STARTED)
    # Opening it took the keyboard there; the command brings it back to where it was in the panel.
    await open_palette(page)
    await page.keyboard.type("Open the Coding Agent")
    await page.keyboard.press("Enter")
    await focused(page, facets.get_by_role("tab", selected=True))
    await page.keyboard.press("Escape")
    await expect(details).to_be_focused()
    await inserted_by_keys(page, panel)


async def inserted_by_keys(page: Page, panel: Locator) -> None:
    """Its cells, in a notebook that is made for them."""
    await focused(page, panel.get_by_role("button", name="Insert as Cells").last, "Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("No notebook is open")
    await page.keyboard.press("Enter")
    cell = page.locator(".jp-Notebook .jp-CodeCell", has_text="def describe_sample")
    await expect(cell).to_be_visible(timeout=STARTED)
    await expect(cell.locator(".jca-Badge")).to_have_attribute("data-state", "passed", timeout=STARTED)
