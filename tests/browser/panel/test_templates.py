"""The template browser of a real JupyterLab: what is wrong with a value stands beside it, what is right is proved."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import running_lab
from tests.browser.driving import STARTED, in_the_dark, shoot
from tests.browser.panel.driving import assert_accessible, open_panel

pytestmark = [pytest.mark.engine, pytest.mark.browser]


async def test_templates(tmp_path: Path, page: Page):
    broken = tmp_path / "data" / "templates" / "half-done"
    broken.mkdir(parents=True)
    (broken / "template.yaml").write_text("name: Half done\n")
    async with running_lab(tmp_path, CODING_AGENT_LLM_PROVIDER="templates") as lab:
        panel = await open_panel(page, lab)
        await panel.get_by_role("tab", name="Templates").click()
        await found(page, panel)
        await lists_of_fields(page, panel)
        await refused_here_and_by_the_server(page, panel)
        await proved(page, panel)
        await kept_where_nobody_answers(page, panel)
        await seen_in_the_dark_and_in_a_tab(page, panel)


async def found(page: Page, panel: Locator) -> None:
    rows = panel.get_by_role("list", name="Templates", exact=True).get_by_role("button")
    await expect(rows).to_have_count(22, timeout=STARTED)
    problems = panel.get_by_role("region", name="Templates with problems")
    await expect(problems).to_contain_text("half-done")
    await shoot(page, "templates")
    await assert_accessible(page, "#coding-agent-panel")
    await panel.get_by_role("combobox", name="Category").select_option("Utilities")
    await expect(panel.get_by_role("status").filter(has_text="4 templates")).to_be_visible()
    await panel.get_by_role("searchbox", name="Search the templates").fill("token bucket")
    await expect(rows).to_have_count(1)
    await panel.get_by_role("searchbox", name="Search the templates").fill("teapot")
    await panel.get_by_role("button", name="Show all").click()
    await expect(rows).to_have_count(22)


async def lists_of_fields(page: Page, panel: Locator) -> None:
    """Names with a kind each, added and taken away; a choice among several."""
    await panel.get_by_role("button", name="CRUD in a JSON file").click()
    fields = panel.get_by_role("group", name="Fields")
    await expect(fields.get_by_role("textbox")).to_have_count(3, timeout=STARTED)
    await fields.get_by_role("button", name="Add").click()
    await expect(fields.get_by_role("textbox")).to_have_count(4)
    await fields.get_by_role("textbox").last.fill("id")
    await expect(fields.get_by_role("alert")).to_contain_text("lower-case names other than id")
    await fields.get_by_role("textbox").last.fill("sold")
    await fields.get_by_role("combobox", name="Kind of sold").select_option("boolean")
    await expect(fields.get_by_role("alert")).to_have_count(0)
    await shoot(page, "templates-fields")
    await assert_accessible(page, "#coding-agent-panel")
    await panel.get_by_role("button", name="All templates").click()
    await expect(panel.get_by_role("button", name="CRUD in a JSON file")).to_be_focused()


async def refused_here_and_by_the_server(page: Page, panel: Locator) -> None:
    """The server alone knows the words that Python reserves."""
    await panel.get_by_role("button", name="Rate limiter").click()
    name = panel.get_by_role("textbox", name="Class name")
    await name.fill("rate limiter")
    await expect(panel.get_by_role("alert")).to_have_text(
        "This must be a CamelCase name of at most 30 characters."
    )
    await panel.get_by_role("spinbutton", name="Calls").fill("0")
    await expect(panel.get_by_role("alert").first).to_have_text("This must be at least 1.")
    await panel.get_by_role("button", name="Generate and prove").click()
    await expect(panel.get_by_role("spinbutton", name="Calls")).to_be_focused()
    await panel.get_by_role("spinbutton", name="Calls").fill("7")
    await name.fill("None")
    await expect(panel.get_by_role("alert")).to_have_count(0)
    await panel.get_by_role("button", name="Generate and prove").click()
    refusal = panel.get_by_role("alert")
    await expect(refusal).to_contain_text("'class_name' must not be a word that Python reserves")
    await expect(name).to_be_focused()
    await expect(name).to_have_attribute("aria-invalid", "true")
    await shoot(page, "templates-refused")


async def proved(page: Page, panel: Locator) -> None:
    await panel.get_by_role("textbox", name="Class name").fill("Throttle")
    await expect(panel.get_by_role("alert")).to_have_count(0)
    await panel.get_by_role("button", name="Generate and prove").click()
    details = panel.get_by_role("region", name="Details of the execution")
    await expect(details.get_by_role("status").filter(has_text="passed")).to_be_visible(timeout=3 * STARTED)
    await expect(details).to_contain_text("class Throttle")
    await shoot(page, "templates-proved")
    await details.get_by_role("button", name="Back").click()
    # What was typed is still there, also after another view was in front.
    await panel.get_by_role("tab", name="Setup").click()
    await panel.get_by_role("tab", name="Templates").click()
    await expect(panel.get_by_role("textbox", name="Class name")).to_have_value("Throttle")
    await panel.get_by_role("button", name="Back to the defaults").click()
    await expect(panel.get_by_role("textbox", name="Class name")).to_have_value("RateLimiter")


async def kept_where_nobody_answers(page: Page, panel: Locator) -> None:
    """A request that was not taken is still there to be sent again."""
    await page.route("**/coding-agent/chat", lambda route: route.abort())
    adapting = panel.get_by_role("form", name="Adapt to a request")
    await adapting.get_by_role("textbox").fill("Allow bursts of twice as many calls.")
    await adapting.get_by_role("button", name="Adapt").click()
    await expect(adapting.get_by_role("alert")).to_contain_text("does not answer")
    await expect(adapting.get_by_role("textbox")).to_have_value("Allow bursts of twice as many calls.")
    await page.unroute("**/coding-agent/chat")
    await adapting.get_by_role("button", name="Adapt").click()
    await expect(panel.get_by_role("tab", name="Chat")).to_have_attribute("aria-selected", "true")
    # The session is called by its first message.
    await expect(panel.get_by_text("Allow bursts of twice as many calls.").last).to_be_visible()


async def seen_in_the_dark_and_in_a_tab(page: Page, panel: Locator) -> None:
    await in_the_dark(page)
    await panel.get_by_role("tab", name="Templates").click()
    await panel.get_by_role("textbox", name="Class name").fill("None")
    await panel.get_by_role("button", name="Generate and prove").click()
    await expect(panel.get_by_role("alert")).to_contain_text("Python reserves")
    await shoot(page, "templates-dark")
    await assert_accessible(page, "#coding-agent-panel")
    await page.keyboard.press("Control+Shift+C")
    await page.locator("#modal-command-palette input").fill("Coding Agent in a Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#coding-agent-tab").get_by_role("textbox", name="Class name")).to_have_value(
        "None"
    )
    await shoot(page, "templates-tab")
