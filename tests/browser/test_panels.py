"""The live panels in a real JupyterLab: cancelled while the kernel is busy, attempts compared, talked to."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import running_lab
from tests.browser.doubling import RIGHT, TESTS, WRONG
from tests.browser.driving import KERNEL, STARTED, in_the_dark, open_notebook, run_all, run_new_cell, shoot
from tests.by_question import question_of
from tests.scripted_model import Reply, Request, ScriptedModel

pytestmark = [pytest.mark.engine, pytest.mark.browser]


def answer(request: Request) -> Reply:
    """Wrong code, then right code; a request to wait is never answered."""
    kind = question_of(request)
    if "wait for ever" in request.text:
        return Reply(behaviour="hang")
    if "Why is double" in request.text:
        return Reply("Because <b>2 * 0</b> is 0.")
    if kind == "tests":
        return Reply(f"```python path=test_solution.py\n{TESTS}```\n")
    if kind == "code":
        return Reply(f"```python path=solution.py\n{WRONG}```\n")
    return Reply(f"```python path=solution.py\n{RIGHT}```\n")


async def test_panels(tmp_path: Path, page: Page):
    with ScriptedModel(answer) as model:
        async with running_lab(tmp_path, **model.environ) as lab:
            cells = ["%load_ext jupyter_coding_agent", "%%agent --wait\nDouble a number; wait for ever."]
            book = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, cells)], metadata=KERNEL)
            nbformat.write(book, lab.root / "panels.ipynb")
            await open_notebook(page, lab, "panels.ipynb")
            await run_all(page)
            await cancelled_while_the_kernel_is_busy(page)
            await run_new_cell(page, "%%agent --wait --no-insert\ndouble(number) gives twice the number.")
            result = page.get_by_role("region", name="Coding agent: passed")
            await expect(result).to_be_visible(timeout=3 * STARTED)
            await attempts_compared(page)
            await talked_to(page)
            await seen_in_the_dark_and_on_a_narrow_page(page)


async def cancelled_while_the_kernel_is_busy(page: Page) -> None:
    """The page itself reads what happens, and asks the server to cancel."""
    panel = page.get_by_role("region", name="Coding agent: progress")
    await expect(panel).to_contain_text("plan: python", timeout=STARTED)
    await expect(page.locator(".jp-InputPrompt").last).to_have_text("[*]:")
    await panel.get_by_text("steps").click()
    await shoot(page, "panel-progress")
    cancel = panel.get_by_role("button", name="Cancel")
    await cancel.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("region", name="Coding agent: cancelled")).to_be_visible(timeout=STARTED)
    await expect(panel).to_have_count(0)


async def attempts_compared(page: Page) -> None:
    """Side by side, in one column, and against nothing at all."""
    await run_new_cell(page, "%agent diff 1 2")
    diff = page.get_by_role("region", name="Coding agent: difference")
    changed = diff.get_by_role("row", name=re.compile(r"number \+ 3.*number \* 2"))
    await expect(changed).to_be_visible(timeout=STARTED)
    await diff.scroll_into_view_if_needed()
    await shoot(page, "panel-diff")
    await diff.get_by_label("unified").check()
    await diff.get_by_label("From").select_option("nothing")
    await expect(diff.get_by_role("row")).to_have_count(2, timeout=STARTED)
    await diff.get_by_label("From").select_option("attempt 1")
    await diff.get_by_label("side by side").check()


async def talked_to(page: Page) -> None:
    """A question with the keyboard alone; what a model says is text."""
    await run_new_cell(page, "%agent chat")
    chat = page.get_by_role("region", name="Coding agent: chat")
    await chat.get_by_label("Message").fill("Why is double(0) 0?")
    await page.keyboard.press("Enter")
    log = chat.get_by_role("log")
    await expect(log).to_contain_text("Because <b>2 * 0</b> is 0.", timeout=STARTED)
    await shoot(page, "panel-chat")


async def seen_in_the_dark_and_on_a_narrow_page(page: Page) -> None:
    await in_the_dark(page)
    await shoot(page, "panels-dark")
    await page.get_by_role("tab", name="File Browser").click()
    await page.set_viewport_size({"width": 480, "height": 900})
    chat = page.get_by_role("region", name="Coding agent: chat")
    await chat.scroll_into_view_if_needed()
    await shoot(page, "panels-narrow")
    box = await chat.bounding_box()
    assert box is not None and box["x"] + box["width"] <= 480
