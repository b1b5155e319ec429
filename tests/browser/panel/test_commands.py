"""The panel at home in JupyterLab: palette, menus, launcher, toolbar, status bar, notifications, a reload."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import nbformat
import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab, running_lab
from tests.browser.driving import KERNEL, STARTED, open_notebook, run_all, shoot
from tests.browser.panel.driving import (
    PANEL,
    ask,
    dark_theme,
    light_theme,
    open_palette,
    record_what_is_sent,
    reload,
    saved,
    sent_to,
)
from tests.by_question import question_of
from tests.scripted_model import Reply, Request, ScriptedModel

pytestmark = [pytest.mark.engine, pytest.mark.browser]
CELLS = ["factor = 1 + 1", "def double(number):\n    return number * factor", "double('a') + 1"]
TRIPLE = "def triple(number):\n    return number * 3\n"
TESTS = """\
from solution import {name}


def test_two():
    assert {name}(2) == {two}


def test_nothing():
    assert {name}(0) == 0
"""


OPEN_ON_THE_RIGHT = """kept => {
  const { collapsed, current } = kept['layout-restorer:data'].right;
  const { execution, facet } = kept['jupyter-coding-agent:panel'];
  return current === 'coding-agent-panel' && !collapsed && execution && facet === 'code';
}"""
IN_A_TAB = "kept => kept['layout-restorer:data'].main.current === 'coding-agent:coding-agent'"


class Model:
    """Answers at once, but for the code of `triple` only when it may."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.explained: list[str] = []

    def answer(self, request: Request) -> Reply:
        if "Explain" in request.text:
            self.explained.append(request.text)
            return Reply("It gives **twice** the number.")
        triple = "triple" in request.text
        if triple:
            self.may.wait(120)
        if question_of(request) == "tests":
            tests = TESTS.format(name="triple" if triple else "double", two=6 if triple else 4)
            return Reply(f"```python path=test_solution.py\n{tests}```\n")
        return Reply(f"```python path=solution.py\n{TRIPLE}```\n")


async def test_at_home_in_jupyterlab(tmp_path: Path, page: Page):
    model = Model()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with ScriptedModel(model.answer) as scripted:
        async with running_lab(tmp_path, **scripted.environ) as lab:
            book = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, CELLS)], metadata=KERNEL)
            nbformat.write(book, lab.root / "home.ipynb")
            await record_what_is_sent(page)
            await open_notebook(page, lab, "home.ipynb")
            await run_all(page)
            await expect(page.locator(".jp-OutputArea-output", has_text="TypeError")).to_be_visible(
                timeout=STARTED
            )
            status = page.locator("#jp-main-statusbar").get_by_role("button", name="Coding agent")
            await expect(status).to_have_text("Coding agent")
            assert not [url for url in asked if url.startswith(f"{lab.url}coding-agent/")]
            try:
                await opened_by_palette_toolbar_and_shortcut(page, status)
                await explained(page, model)
                await cell_tested(page)
                await followed_while_nobody_sees_it(page, status, model)
            finally:
                model.may.set()
            await there_again_after_a_reload(page)
            await in_a_tab(page)
            await on_the_left(page, lab)
            await from_the_launcher(page)


def panel_of(page: Page) -> Locator:
    return page.locator(PANEL)


def composer(page: Page) -> Locator:
    return panel_of(page).get_by_role("textbox", name="Message to the coding agent")


async def palette(page: Page, command: str) -> None:
    await (await open_palette(page)).fill(command)
    await page.locator(".lm-CommandPalette-item", has_text=command).first.click()


async def close_panel(page: Page) -> None:
    await page.get_by_role("tab", name="Coding agent").click()
    await expect(panel_of(page)).to_be_hidden()


async def on_cell(page: Page, cell: int, command: str) -> None:
    await page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-editor").nth(cell).click(button="right")
    await page.locator(".lm-Menu-item", has_text=command).click()


async def opened_by_palette_toolbar_and_shortcut(page: Page, status: Locator) -> None:
    await palette(page, "Ask the Coding Agent")
    await expect(composer(page)).to_be_focused()
    await expect(status).to_have_text("Coding agent: idle", timeout=3 * STARTED)
    await close_panel(page)
    await page.locator(".jp-Toolbar").get_by_role("button", name="Ask the Coding Agent").click()
    await expect(composer(page)).to_be_focused()
    await close_panel(page)
    await page.keyboard.press("Control+Shift+Y")
    await expect(composer(page)).to_be_focused()
    await close_panel(page)
    await status.click()
    await expect(panel_of(page)).to_be_visible()
    await close_panel(page)
    await page.get_by_role("menuitem", name="View", exact=True).click()
    await shoot(page, "commands-menu")
    await page.locator(".lm-Menu-item", has_text=re.compile("^Open the Coding Agent$")).click()
    await expect(panel_of(page)).to_be_visible()


async def explained(page: Page, model: Model) -> None:
    """What a cell does, and why one failed."""
    await close_panel(page)
    await on_cell(page, 1, "Explain This Cell")
    answer = panel_of(page).locator("strong", has_text="twice")
    await expect(answer.first).to_be_visible(timeout=3 * STARTED)
    await page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-editor").nth(2).click(button="right")
    await shoot(page, "commands-context")
    await page.locator(".lm-Menu-item", has_text="Explain This Cell").click()
    await expect(answer).to_have_count(2, timeout=STARTED)
    assert "TypeError" in model.explained[-1] and "def double" in model.explained[-1]


async def cell_tested(page: Page) -> None:
    await on_cell(page, 1, "Write Tests for This Cell")
    details = panel_of(page).get_by_role("region", name="Details of the execution")
    await expect(details.get_by_role("status").filter(has_text="passed")).to_be_visible(timeout=3 * STARTED)
    await shoot(page, "commands-tests")
    (body,) = map(json.loads, await sent_to(page, "/coding-agent/execute"))
    assert body["own_tests"]["name"] == "In [2]"
    assert body["context"]["notebook"]["values"].keys() == {"factor"}
    await expect(page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(len(CELLS))


async def followed_while_nobody_sees_it(page: Page, status: Locator, model: Model) -> None:
    await palette(page, "New Session")
    await expect(composer(page)).to_be_focused()
    await ask(panel_of(page), "Write a function triple(number) that gives three times the number.")
    await expect(status).to_contain_text("running", timeout=STARTED)
    await close_panel(page)
    await expect(status).to_contain_text("running")
    await shoot(page, "commands-running")
    model.may.set()
    notice = page.locator(".jp-Notification-List, .Toastify").filter(has_text="Coding agent, passed")
    await expect(notice).to_contain_text("Write a function triple", timeout=3 * STARTED)
    await expect(status).to_have_text("Coding agent: idle")
    await shoot(page, "commands-notice")
    await dark_theme(page)
    await shoot(page, "commands-notice-dark")
    await light_theme(page)
    await page.get_by_role("button", name="Show", exact=True).click()
    details = panel_of(page).get_by_role("region", name="Details of the execution")
    await expect(details).to_contain_text("def triple", timeout=STARTED)


async def there_again_after_a_reload(page: Page) -> None:
    await page.wait_for_function("document.querySelector('.jp-Notification-List') === null")
    await panel_of(page).get_by_role("tab", name=re.compile("^Code")).last.click()
    await saved(page, OPEN_ON_THE_RIGHT)
    await reload(page)
    # A notebook takes the focus when it is there.
    await expect(page.locator("#jp-main-statusbar").get_by_text("| Idle")).to_be_visible(timeout=STARTED)
    details = panel_of(page).get_by_role("region", name="Details of the execution")
    await expect(details).to_contain_text("def triple", timeout=STARTED)
    await details.get_by_role("button", name="Back").click()
    await expect(panel_of(page).get_by_text("Write a function triple").first).to_be_visible(timeout=STARTED)


async def in_a_tab(page: Page) -> None:
    await palette(page, "Open the Coding Agent in a Tab")
    tab = page.locator("#coding-agent-tab")
    await expect(tab.get_by_role("textbox", name="Message to the coding agent")).to_be_visible()
    await palette(page, "Open the Coding Agent in a Tab")
    await expect(tab).to_have_count(1)
    await expect(tab.get_by_role("button", name="Insert as Cells")).to_be_visible()
    await shoot(page, "commands-tab")
    await saved(page, IN_A_TAB)


async def on_the_left(page: Page, lab: Lab) -> None:
    """By the settings, while JupyterLab is open and when it starts."""
    address = f"{lab.url}lab/api/settings/jupyter-coding-agent:panel?token={lab.token}"
    xsrf = next(
        one["value"] for one in await page.context.cookies() if one.get("name", "").startswith("_xsrf")
    )
    answer = await page.request.put(
        address, data={"raw": '{"side": "left", "statusBar": false}'}, headers={"X-XSRFToken": xsrf}
    )
    assert answer.ok, await answer.text()
    await reload(page)
    await expect(page.locator("#coding-agent-tab")).to_be_attached(timeout=STARTED)
    side = page.locator(".jp-SideBar.jp-mod-left").get_by_role("tab", name="Coding agent")
    await expect(side).to_be_visible(timeout=STARTED)
    await expect(page.locator(".jca-StatusItem")).to_be_hidden()
    await shoot(page, "commands-left")


async def from_the_launcher(page: Page) -> None:
    await page.locator(".lm-TabBar-addButton:visible").first.click()
    card = page.locator(".jp-LauncherCard", has_text="Coding Agent")
    await card.scroll_into_view_if_needed()
    await shoot(page, "commands-launcher")
    await card.click()
    await expect(composer(page)).to_be_focused()
