"""What a person does in JupyterLab, in a browser."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.conftest import SCREENSHOTS, Lab

STARTED = 60_000
"""Milliseconds in which JupyterLab, a kernel or an engine gets ready on a slow machine."""
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}


PALETTE_HAS_ITS_KEY = """window.jupyterapp.commands.keyBindings.some(
  binding => binding.command === 'apputils:activate-command-palette'
)"""


async def shoot(page: Page, name: str) -> None:
    """A picture for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png")


async def in_the_dark(page: Page) -> None:
    """With JupyterLab's dark theme."""
    await page.get_by_role("menuitem", name="Settings", exact=True).click()
    await page.locator(".lm-Menu-item", has_text="Theme").first.click()
    await page.locator(".lm-Menu-item", has_text="JupyterLab Dark").first.click()
    await expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false", timeout=STARTED)


async def run_all(page: Page) -> None:
    await page.get_by_role("menuitem", name="Run", exact=True).click()
    await page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


async def run_new_cell(page: Page, source: str) -> None:
    """Write a cell at the end of the notebook and run it."""
    await page.locator(".jp-Notebook-footer").click()
    editor = page.locator(".jp-Notebook .jp-Cell.jp-mod-active .cm-content")
    await expect(editor).to_be_visible()
    await editor.focus()
    # Typing would let the editor indent and close brackets by itself.
    await page.keyboard.insert_text(source)
    await page.keyboard.press("Shift+Enter")


async def restored(page: Page) -> None:
    """JupyterLab has put everything where it was and knows its keys: from here on nothing moves by itself."""
    await page.wait_for_function("'jupyterapp' in window", timeout=STARTED)
    await page.evaluate("window.jupyterapp.restored.then(() => null)")
    await page.wait_for_function(PALETTE_HAS_ITS_KEY, timeout=STARTED)


async def open_notebook(page: Page, lab: Lab, name: str) -> None:
    # Running a cell before the kernel is connected would make JupyterLab ask which kernel is meant.
    async with page.expect_websocket(lambda socket: "/channels" in socket.url, timeout=STARTED):
        await page.goto(lab.notebook(name), timeout=STARTED)
    await restored(page)
    await expect(page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible(timeout=STARTED)
    await expect(page.locator("#jp-main-statusbar").get_by_text("| Idle")).to_be_visible(timeout=STARTED)
