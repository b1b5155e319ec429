"""What goes on is seen in every window, after a reload, and after the server was lost."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab, running_lab
from tests.browser.driving import STARTED, shoot
from tests.browser.panel.driving import ask, open_panel, passed, reload, show_panel
from tests.by_question import question_of
from tests.scripted_model import Reply, Request, ScriptedModel

pytestmark = [pytest.mark.engine, pytest.mark.browser]
CODE = "def double(number):\n    return number * 2\n"
TESTS = "from solution import double\n\n\ndef test_two():\n    assert double(2) == 4\n"


class HeldModel:
    """A model that writes the tests at once, and the code only when the test lets it."""

    def __init__(self) -> None:
        self.free = threading.Event()

    def __call__(self, request: Request) -> Reply:
        if question_of(request) == "tests":
            return Reply(f"```python path=test_solution.py\n{TESTS}```\n")
        # Who asked may be gone when it is let go: a thread of the server's waits, nothing else.
        self.free.wait(180)
        return Reply(f"```python path=solution.py\n{CODE}```\n")


async def test_what_goes_on_is_seen_from_everywhere(tmp_path: Path, page: Page, second_page: Page):
    answer = HeldModel()
    with ScriptedModel(answer) as model:
        async with running_lab(tmp_path, **model.environ) as lab:
            for window in (page, second_page):
                await without_jupyterlabs_own_warning(window)
            panel = await open_panel(page, lab)
            await ask(panel, "double(number) gives twice the number.")
            await written_tests(panel)
            panel = await reloaded(page)
            other = await followed(panel, second_page, lab)
            await lost_and_found(page, panel, lab, answer)
            for window in (panel, other):
                await passed(window)
            await shoot(page, "panel-live")
            answer.free.clear()
            await cancelled(panel, other)
            answer.free.set()


async def without_jupyterlabs_own_warning(page: Page) -> None:
    """JupyterLab warns of a lost server by a dialog, at a moment of its own: it is closed as a person would."""
    warning = page.get_by_role("dialog", name="Server Connection Error")

    async def close() -> None:
        await warning.get_by_role("button").last.click()

    await page.add_locator_handler(warning, close)


def step(panel: Locator, sentence: str) -> Locator:
    """A line of the log."""
    return panel.get_by_role("region", name="Steps").get_by_role("listitem").filter(has_text=sentence)


async def written_tests(panel: Locator) -> None:
    """Its log says that the tests are written; it waits for the model then."""
    await expect(panel.get_by_role("status").filter(has_text="running").first).to_be_visible(timeout=STARTED)
    await panel.get_by_role("button", name="Details").last.click()
    await panel.get_by_role("tab", name="Log").click()
    await expect(step(panel, "1 test written")).to_be_visible(timeout=3 * STARTED)


async def the_log_from_its_beginning(panel: Locator) -> None:
    for line in ("queued", "started", "plan: python", "1 test written"):
        await expect(step(panel, line).first).to_be_visible(timeout=STARTED)


async def reloaded(page: Page) -> Locator:
    """The run where it is."""
    await reload(page)
    panel = await show_panel(page)
    await the_log_from_its_beginning(panel)
    await expect(panel.get_by_role("status").filter(has_text="running").first).to_be_visible()
    return panel


async def followed(panel: Locator, page: Page, lab: Lab) -> Locator:
    """Another browser shows the same execution, where it is."""
    other = await open_panel(page, lab)
    await other.get_by_role("tab", name="Sessions").click()
    await other.get_by_text("twice the number").first.click()
    await other.get_by_role("button", name="Details").last.click()
    await other.get_by_role("tab", name="Log").click()
    await the_log_from_its_beginning(other)
    await expect(other.get_by_role("status").filter(has_text="running").first).to_be_visible()
    return other


async def lost_and_found(page: Page, panel: Locator, lab: Lab, answer: HeldModel) -> None:
    """A server that is killed is said to be away, and found again without a hand."""
    banner = panel.get_by_role("status").filter(has_text="No connection to the coding agent.")
    await lab.server.kill()
    await expect(banner).to_be_visible(timeout=STARTED)
    await shoot(page, "panel-offline")
    await lab.server.start()
    await expect(banner).to_have_count(0, timeout=STARTED)
    again = step(panel, "started again after the engine was lost")
    await expect(again).to_be_visible(timeout=STARTED)
    answer.free.set()


async def cancelled(panel: Locator, other: Locator) -> None:
    """Within two seconds, in both windows."""
    await panel.get_by_role("button", name="Back").click()
    await ask(panel, "double(number) gives twice the number, for ever.")
    await written_tests(panel)
    await panel.get_by_role("button", name="Cancel").first.click()
    began = time.monotonic()
    await expect(panel.get_by_role("status").filter(has_text="cancelled").first).to_be_visible(timeout=2000)
    await other.get_by_role("button", name="Back").click()
    await expect(other.get_by_role("status").filter(has_text="cancelled").first).to_be_visible(
        timeout=STARTED
    )
    print(f"cancelled in {time.monotonic() - began:.2f} s")
