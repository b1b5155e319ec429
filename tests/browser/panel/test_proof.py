"""How an execution stands and what it came to, in the side panel: a repair, what was found, and cancelling."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import running_lab
from tests.browser.doubling import TESTS, WRONG
from tests.browser.driving import STARTED, shoot
from tests.browser.panel.driving import (
    PANEL,
    ask,
    assert_accessible,
    dark_theme,
    light_theme,
    narrow,
    open_panel,
    passed,
    reload,
    show_panel,
    wide,
)
from tests.by_question import question_of
from tests.scripted_model import Reply, Request, ScriptedModel

pytestmark = [pytest.mark.engine, pytest.mark.browser]
# The scanner finds the import (low) and the loading (medium) of pickles.
RIGHT = """\
import pickle


def double(number):
    kept = pickle.loads(pickle.dumps(number))
    print("doubling")
    return kept * 2
"""
CANCELLED = 2_000
"""Milliseconds within which a cancelled execution says so."""


def answer(request: Request) -> Reply:
    """Wrong code, then right code; a request to wait is never answered."""
    kind = question_of(request)
    if "wait for ever" in request.text:
        return Reply(behaviour="hang")
    if kind == "tests":
        return Reply(f"```python path=test_solution.py\n{TESTS}```\n")
    if kind == "code":
        return Reply(f"```python path=solution.py\n{WRONG}```\n")
    return Reply(f"```python path=solution.py\n{RIGHT}```\n")


async def test_proof(tmp_path: Path, page: Page):
    with ScriptedModel(answer) as model:
        async with running_lab(tmp_path, **model.environ) as lab:
            panel = await open_panel(page, lab)
            await wide(page, 460)
            await ask(panel, "double(number) gives twice the number.")
            await passed(panel)
            await shoot(page, "proof-chat")
            await panel.get_by_role("button", name="Details").first.click()
            details = panel.get_by_role("region", name="Details of the execution")
            await attempts_compared(page, details)
            await what_the_tests_found(page, details)
            await what_else_is_known(page, details)
            await in_the_dark_and_narrow(page, details)
            await its_log_after_a_reload(page, details)
            await a_finding_is_gone_to_and_sent(page, panel, details)
            await asked_again_with_more_words(panel, details)
            await cancelled(page, panel)


async def facet(details: Locator, name: str) -> Locator:
    tab = details.get_by_role("tab", name=name)
    await tab.click()
    await expect(tab).to_have_attribute("aria-selected", "true")
    return details.get_by_role("tabpanel")


async def attempts_compared(page: Page, details: Locator) -> None:
    """In one column and side by side, from the attempt before and from nothing."""
    changes = await facet(details, "Changes 2")
    attempts = changes.get_by_role("list", name="Attempts").locator("> li")
    await expect(attempts).to_have_count(2)
    await expect(attempts.first).to_contain_text("Wrong: a test found a wrong result")
    await expect(attempts.last).to_contain_text("delivered")
    await expect(changes.get_by_role("row", name=re.compile(r"number \+ 3"))).to_be_visible()
    await expect(changes.get_by_role("group", name="How it is shown")).to_have_count(0)
    await shoot(page, "proof-changes")
    await wide(page, 800)
    await shoot(page, "proof-wide")
    await wide(page, 700)
    await expect(changes.get_by_role("row", name=re.compile(r"number \+ 3.*number"))).to_be_visible()
    await expect(changes.get_by_role("button", name="Side by side")).to_have_attribute("aria-pressed", "true")
    await expect(changes.locator(".diff-code .tok-keyword", has_text="def").first).to_be_visible()
    await shoot(page, "proof-changes-split")
    await assert_accessible(page, PANEL)
    await changes.get_by_role("button", name="Unified").press("Enter")
    await changes.get_by_label("From").select_option("nothing")
    await expect(changes.get_by_role("row", name=re.compile("import pickle"))).to_be_visible()
    await expect(changes.get_by_role("row", name=re.compile(r"number \+ 3"))).to_have_count(0)
    await wide(page, 460)


async def what_the_tests_found(page: Page, details: Locator) -> None:
    tests = await facet(details, "Tests")
    await expect(tests).to_contain_text("2 of 2 passed")
    await expect(tests.get_by_role("region", name="Generated tests")).to_contain_text("test_two")
    # On a slow machine the time for mutants may be over before the first one.
    noticed = re.compile("The tests notice|mutants")
    await expect(tests.get_by_role("region", name="Mutation score")).to_contain_text(noticed)
    await shoot(page, "proof-tests")


async def what_else_is_known(page: Page, details: Locator) -> None:
    await facet(details, "Findings 2")
    await shoot(page, "proof-findings")
    effects = await facet(details, "Effects")
    await expect(effects).to_contain_text("Nothing was found that reaches beyond the notebook.")
    await shoot(page, "proof-effects")
    quality = await facet(details, "Quality")
    await expect(quality.get_by_role("region", name="Complexity")).to_contain_text("the tier")
    await shoot(page, "proof-quality")
    log = await facet(details, "Log")
    await expect(log).to_contain_text("attempt 2: running in the sandbox")
    await expect(log.get_by_role("region", name="Standard output")).to_contain_text("doubling")
    await shoot(page, "proof-log")


async def in_the_dark_and_narrow(page: Page, details: Locator) -> None:
    await dark_theme(page)
    await facet(details, "Changes")
    await expect(details.locator(".diff-code .tok-keyword").first).to_be_visible()
    await shoot(page, "proof-changes-dark")
    await assert_accessible(page, PANEL)
    await narrow(page)
    await shoot(page, "proof-changes-narrow")
    await facet(details, "Findings")
    await shoot(page, "proof-findings-narrow")
    await light_theme(page)


async def its_log_after_a_reload(page: Page, details: Locator) -> None:
    """What this page has not heard is read from the execution's own stream."""
    await reload(page)
    panel = await show_panel(page)
    # JupyterLab keeps what was shown, but only some time after it was.
    await expect(details.or_(panel.get_by_role("button", name="Details")).first).to_be_visible(
        timeout=STARTED
    )
    if not await details.is_visible():
        await panel.get_by_role("button", name="Details").click()
    log = await facet(details, "Log")
    await expect(log.get_by_role("region", name="Steps")).to_contain_text("attempt 1: running in the sandbox")


async def a_finding_is_gone_to_and_sent(page: Page, panel: Locator, details: Locator) -> None:
    findings = await facet(details, "Findings 2")
    found = findings.get_by_role("region", name="Security").get_by_role("listitem")
    await expect(found.first).to_contain_text("medium")
    await expect(found.last).to_contain_text("low")
    await found.first.get_by_role("button", name="solution.py:5").click()
    await expect(details.get_by_role("tab", name="Code")).to_have_attribute("aria-selected", "true")
    await shoot(page, "proof-jump")
    findings = await facet(details, "Findings 2")
    await findings.get_by_role("button", name="Fix this").first.click()
    await expect(panel).to_contain_text("Fix this finding in solution.py, line 5")
    await expect(panel.get_by_role("status").filter(has_text="passed")).to_have_count(2, timeout=3 * STARTED)


async def asked_again_with_more_words(panel: Locator, details: Locator) -> None:
    await panel.get_by_role("button", name="Details").last.click()
    await details.get_by_role("button", name="Retry …").click()
    await details.get_by_role("textbox").fill("Write little.")
    await details.get_by_role("button", name="Retry", exact=True).click()
    await expect(details.get_by_role("progressbar")).to_be_visible()
    await expect(details.get_by_role("status").first).to_contain_text("passed", timeout=3 * STARTED)
    await panel.get_by_role("button", name=re.compile("^(Back|Close the details)$")).click()
    await expect(panel).to_contain_text("Write little.")


async def cancelled(page: Page, panel: Locator) -> None:
    await ask(panel, "Write a function that will wait for ever.")
    cancel = panel.get_by_role("button", name="Cancel", exact=True)
    await expect(panel.get_by_role("status").filter(has_text="plan: python")).to_be_visible(timeout=STARTED)
    await shoot(page, "proof-running")
    await cancel.press("Enter")
    await expect(panel.get_by_role("status").filter(has_text=re.compile("^cancelled"))).to_be_visible(
        timeout=CANCELLED
    )
    await expect(panel.get_by_role("progressbar")).to_have_count(0)
    await shoot(page, "proof-cancelled")
