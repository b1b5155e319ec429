"""What the tests of the side panel do in common: open it, ask, wait for the result, look at it dark and narrow."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import ROOT, Lab
from tests.browser.driving import STARTED, restored, shoot

FROM_A_TEMPLATE = (
    "Write a function called describe_sample that describes a list of numbers: the mean with a 95 % bootstrapped "
    "confidence interval."
)
"""A request for code that a built-in template answers without a model."""
PANEL = "#coding-agent-panel"
NARROW = 260
"""Pixels of the narrowest column that the panel is made for."""


# Playwright can't read the body of what is sent as a Request.
RECORD = """(() => {
  const { fetch } = window;
  window.sentBodies = [];
  window.fetch = (what, ...more) => {
    if (what instanceof Request && what.method === 'POST') {
      what.clone().text().then(body => window.sentBodies.push([what.url, body]));
    }
    return fetch(what, ...more);
  };
})()"""


SAVED = """async value => {{
  const workspace = location.pathname.replace(/lab\\/workspaces\\/(\\w+).*/, 'lab/api/workspaces/$1');
  const saved = async () => (await (await fetch(workspace)).json()).data;
  while (!({test})(await saved(), value)) {{
    // The server has other work as well, above all to save it.
    await new Promise(resolve => setTimeout(resolve, 50));
  }}
}}"""


async def record_what_is_sent(page: Page) -> None:
    """From the next page load on."""
    await page.add_init_script(RECORD)


async def sent_to(page: Page, path: str) -> list[str]:
    """The bodies of what this page has posted there, as texts."""
    sent: list[list[str]] = await page.evaluate("window.sentBodies")
    return [body for url, body in sent if url.split("?")[0].endswith(path)]


async def open_panel(page: Page, lab: Lab, path: str = "") -> Locator:
    """The panel in the side area of a JupyterLab that is just being opened, in a workspace of its own."""
    tree = f"/tree/{path}" if path else ""
    await page.goto(f"{lab.url}lab/workspaces/{secrets.token_hex(4)}{tree}?token={lab.token}")
    return await show_panel(page)


async def reload(page: Page) -> None:
    """And wait until JupyterLab is as it was."""
    await page.reload(timeout=STARTED)
    await restored(page)


async def show_panel(page: Page) -> Locator:
    """The panel, brought to the front by its tab in the side bar where it is not yet."""
    await restored(page)
    tab = page.get_by_role("tab", name="Coding agent")
    await expect(tab).to_be_visible(timeout=STARTED)
    panel = page.locator(PANEL)
    # A layout that is being restored may show it at the same moment: the click hides it again then.
    for _ in range(5):
        if await panel.is_visible():
            break
        await tab.click()
        with contextlib.suppress(AssertionError):
            await expect(panel).to_be_visible()
    await expect(panel).to_be_visible()
    return panel


async def open_palette(page: Page) -> Locator:
    """JupyterLab's commands: where they are looked for. At its start it gives the focus to what it opens last."""
    field = page.locator(".lm-CommandPalette-input:visible")
    for _ in range(30):
        await page.keyboard.press("Control+Shift+C")
        try:
            await expect(field).to_be_focused(timeout=1000)
        except AssertionError:
            continue
        return field
    pytest.fail("The command palette does not open.")


async def ask(panel: Locator, message: str) -> None:
    """Write a message and send it."""
    await panel.get_by_role("textbox", name="Message to the coding agent").fill(message)
    await panel.get_by_role("button", name="Send", exact=True).click()


async def passed(panel: Locator) -> None:
    """Wait until an execution that is shown has passed: the engine may have to start first."""
    word = panel.page.get_by_text("passed", exact=True)
    result = panel.get_by_role("status").filter(has=word).first
    await expect(result).to_be_visible(timeout=3 * STARTED)


async def show_view(panel: Locator, name: str) -> None:
    """Bring a view to the front by its tab, e.g. ``History``."""
    await panel.get_by_role("tab", name=name, exact=True).click()


async def theme(page: Page, name: str) -> None:
    """``JupyterLab Light`` or ``JupyterLab Dark``, by the menu."""
    await page.get_by_role("menuitem", name="Settings", exact=True).click()
    await page.locator(".lm-Menu-item", has_text="Theme").first.click()
    await page.locator(".lm-Menu-item", has_text=name).first.click()
    light = "false" if name.endswith("Dark") else "true"
    await expect(page.locator("body")).to_have_attribute("data-jp-theme-light", light, timeout=STARTED)
    # What is under the mouse moves until the theme's own styles are there.
    await expect(page.locator("#jupyterlab-splash")).to_have_count(0, timeout=STARTED)


async def dark_theme(page: Page) -> None:
    await theme(page, "JupyterLab Dark")


async def light_theme(page: Page) -> None:
    await theme(page, "JupyterLab Light")


async def wide(page: Page, pixels: int) -> None:
    """Give the panel this width in its side area, by dragging its edge."""
    panel = page.locator(PANEL)
    handle = page.locator("#jp-main-split-panel > .lm-SplitPanel-handle:not(.lm-mod-hidden)").last
    for _ in range(5):  # a theme that comes just now moves the handle away under the mouse
        now, edge = await panel.bounding_box(), await handle.bounding_box()
        assert now is not None and edge is not None, "The panel is not shown."
        if round(now["width"]) == pixels:
            return
        x, y = edge["x"] + edge["width"] / 2, edge["y"] + edge["height"] / 2
        await page.mouse.move(x, y)
        await page.mouse.down()
        await page.mouse.move(x + now["width"] - pixels, y, steps=4)
        await page.mouse.up()
    await expect(panel).to_have_css("width", re.compile(rf"^{pixels}(\.\d+)?px$"))


async def narrow(page: Page, pixels: int = NARROW) -> None:
    """Make the panel narrow."""
    await wide(page, pixels)


async def shoot_both(page: Page, name: str) -> None:
    """Pictures for people to look at: light, dark, and dark in a narrow column; the width stays narrow."""
    await shoot(page, name)
    await dark_theme(page)
    await shoot(page, f"{name}-dark")
    await narrow(page)
    await shoot(page, f"{name}-narrow")
    await light_theme(page)


async def assert_accessible(page: Page, selector: str) -> None:
    """No violation that axe calls serious or critical."""
    await page.add_script_tag(path=ROOT / "labextension/node_modules/axe-core/axe.min.js")
    found = await page.evaluate("selector => axe.run(selector)", selector)
    grave = [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]
    assert not grave


async def saved(page: Page, test: str, value: object = None) -> None:
    """Wait until JupyterLab has saved what a reload is to find: it does so a moment after state or layout change.

    ``test`` is a function of JavaScript, from what is saved and ``value`` to whether it is there.
    """
    await asyncio.wait_for(page.evaluate(SAVED.format(test=test), value), STARTED / 1000)
