"""What a new user does first: open the quickstart in JupyterLab and run it."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Lab
from tests.browser.driving import KERNEL, STARTED, open_notebook, run_all, run_new_cell, shoot

pytestmark = [pytest.mark.engine, pytest.mark.browser]

OF_ONE_S_OWN = """def share(part, whole):
    return part / whole


print(share(1, 0))"""


async def test_the_quickstart_inserts_validated_cells(lab: Lab, page: Page, tmp_path: Path):
    await open_notebook(page, lab, "quickstart.ipynb")
    await run_all(page)
    panels = page.locator(".jp-OutputArea-output", has_text="quality")
    await expect(panels).to_have_count(4, timeout=2 * STARTED)
    await expect(page.locator(".jp-OutputArea-output", has_text="Traceback")).to_have_count(0)
    await expect(page.locator(".jp-CodeCell .cm-content", has_text="def clean_orders")).to_have_count(1)
    await panels.first.scroll_into_view_if_needed()
    await shoot(page, "quickstart")

    await run_new_cell(page, OF_ONE_S_OWN)
    await run_new_cell(page, "%agent validate")
    panel = page.locator(".jp-OutputArea-output", has_text="failed").last
    await expect(panel).to_contain_text("ZeroDivisionError", timeout=STARTED)
    await shoot(page, "failing-cell")


async def test_in_a_dark_narrow_window_everything_can_be_read(lab: Lab, page: Page):
    await page.set_viewport_size({"width": 640, "height": 900})
    await open_notebook(page, lab, "quickstart.ipynb")
    await page.keyboard.press("Control+b")
    await page.get_by_role("menuitem", name="Settings", exact=True).click()
    await page.locator(".lm-Menu-item", has_text="Theme").first.hover()
    await page.get_by_text("JupyterLab Dark", exact=True).click()
    await expect(page.locator("body[data-jp-theme-light=false]")).to_be_attached(timeout=STARTED)
    await run_all(page)
    panel = page.locator(".jp-OutputArea-output", has_text="quality").first
    await expect(panel).to_be_visible(timeout=STARTED)
    await panel.scroll_into_view_if_needed()
    await shoot(page, "quickstart-dark-narrow")
    width = await panel.evaluate("node => [node.scrollWidth, node.clientWidth]")
    assert width[0] <= width[1] + 1, "the panel does not scroll sideways"
    # A kernel that is asked to stop while it waits for an engine would start one of its own.
    await expect(page.locator("#jp-main-statusbar").get_by_text("| Idle")).to_be_visible(timeout=2 * STARTED)


async def test_the_kernel_stays_free_while_the_agent_works(lab: Lab, page: Page):
    cells = [
        nbformat.v4.new_code_cell("%load_ext jupyter_coding_agent"),
        nbformat.v4.new_code_cell(
            "%%agent\nDescribe a list of numbers in a function called describe_sample: the mean with a 95 % "
            "bootstrapped confidence interval."
        ),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), lab.root / "free.ipynb")
    await open_notebook(page, lab, "free.ipynb")
    await run_all(page)
    await run_new_cell(page, "print('still', 'free')")
    await expect(page.locator(".jp-OutputArea-output", has_text="still free")).to_be_visible(timeout=STARTED)
    panel = page.locator(".jp-OutputArea-output", has_text="Its cells are in the notebook")
    await expect(panel).to_be_visible(timeout=2 * STARTED)
    await shoot(page, "followed-in-the-background")
