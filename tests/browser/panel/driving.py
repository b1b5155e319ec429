"""What the tests of the side panel do in common: open it, ask, wait for the result."""

from __future__ import annotations

import secrets

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab
from tests.browser.driving import STARTED


async def open_panel(page: Page, lab: Lab, path: str = "") -> Locator:
    """The panel in the side area of a JupyterLab that is just being opened, in a workspace of its own."""
    tree = f"/tree/{path}" if path else ""
    await page.goto(f"{lab.url}lab/workspaces/{secrets.token_hex(4)}{tree}?token={lab.token}")
    await page.get_by_role("tab", name="Coding agent").click(timeout=STARTED)
    panel = page.locator("#coding-agent-panel")
    await expect(panel).to_be_visible()
    return panel


async def ask(panel: Locator, message: str) -> None:
    """Write a message and send it."""
    await panel.get_by_role("textbox", name="Message to the coding agent").fill(message)
    await panel.get_by_role("button", name="Send", exact=True).click()
