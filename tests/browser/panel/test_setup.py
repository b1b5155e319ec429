"""What a newcomer sees where something is missing, and the setup that says what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab, running_lab
from tests.browser.driving import STARTED, in_the_dark, shoot
from tests.browser.panel.driving import FROM_A_TEMPLATE, ask, assert_accessible, open_panel

pytestmark = [pytest.mark.engine, pytest.mark.browser]
WITHOUT_A_MODEL = "Without a model the built-in templates answer."


async def test_without_a_model(lab: Lab, page: Page):
    panel = await open_panel(page, lab)
    await expect(panel.get_by_text(WITHOUT_A_MODEL)).to_be_visible(timeout=STARTED)
    await shoot(page, "first-use-model")
    await panel.get_by_role("button", name="Set up a model").click()
    await expect(panel.get_by_text(WITHOUT_A_MODEL)).to_have_count(0)
    await every_part_is_shown(page, panel)
    await settings_are_found(page, panel)
    await looked_for_damage(panel)
    await panel.get_by_role("button", name="Settings of this panel").click()
    await expect(page.get_by_role("heading", name="Coding agent", exact=True)).to_be_visible(timeout=STARTED)
    await panel.get_by_role("tab", name="Chat").click()
    await waved_away_for_good(page, panel, lab)


async def every_part_is_shown(page: Page, panel: Locator) -> None:
    doctor = panel.get_by_role("region", name="Doctor")
    await expect(doctor.get_by_role("listitem")).to_have_count(5)
    await expect(doctor.get_by_role("listitem").filter(has_text="Container engine")).to_contain_text("works")
    models = doctor.get_by_role("listitem").filter(has_text="Models")
    await expect(models).to_contain_text("limited")
    await models.get_by_role("button", name="Copy").click()
    await expect(models.get_by_role("status")).to_have_text("Copied")
    await expect(panel.get_by_role("region", name="Models").get_by_role("listitem")).to_have_count(3)
    limits = panel.get_by_role("region", name="Limits")
    await expect(limits).to_contain_text("0 of 100 requests for code")
    await expect(panel.get_by_role("region", name="Your numbers")).to_contain_text(
        "Nothing has been asked for yet"
    )
    await shoot(page, "setup")


async def settings_are_found(page: Page, panel: Locator) -> None:
    await panel.get_by_role("button", name="Settings of the server").click()
    settings = panel.get_by_role("list", name="Settings of the server").get_by_role("listitem")
    await expect(settings.filter(has_text="RunnerSettings.memory_mb")).to_contain_text("1024")
    await panel.get_by_role("checkbox", name="Only what was changed").check()
    await expect(settings.filter(has_text="ModelSettings.llm_provider")).to_contain_text(
        "CODING_AGENT_LLM_PROVIDER"
    )
    await expect(settings.filter(has_text="memory_mb")).to_have_count(0)
    await panel.get_by_role("searchbox", name="Search the settings").fill("teapot")
    await expect(panel.get_by_text("No setting is like that.")).to_be_visible()
    await shoot(page, "setup-settings")
    await assert_accessible(page, "#coding-agent-panel")


async def looked_for_damage(panel: Locator) -> None:
    await panel.get_by_role("button", name="Mend and clean up").click()
    await panel.get_by_role("button", name="Look for damage").click()
    await expect(panel.get_by_text("Nothing is damaged.")).to_be_visible(timeout=STARTED)
    await panel.get_by_role("button", name="Look for what has expired").click()
    await expect(panel.get_by_text("Nothing has expired.")).to_be_visible(timeout=STARTED)


async def waved_away_for_good(page: Page, panel: Locator, lab: Lab) -> None:
    """Kept in the settings: another workspace does not nag."""
    async with page.expect_response(
        lambda answer: "/lab/api/settings/" in answer.url and answer.request.method == "PUT"
    ):
        await panel.get_by_role("button", name="Go on with the templates only").click()
    await expect(panel.get_by_text(WITHOUT_A_MODEL)).to_have_count(0)
    panel = await open_panel(page, lab)
    await panel.get_by_role("tab", name="Setup").click()
    models = panel.get_by_role("region", name="Doctor").get_by_role("listitem").filter(has_text="Models")
    await expect(models).to_contain_text("limited", timeout=STARTED)
    await panel.get_by_role("tab", name="Chat").click()
    await expect(panel.get_by_role("textbox", name="Message to the coding agent")).to_be_visible()
    await expect(panel.get_by_text(WITHOUT_A_MODEL)).to_have_count(0)
    await in_the_dark(page)
    await panel.get_by_role("tab", name="Setup").click()
    await expect(panel.get_by_role("region", name="Limits").get_by_role("meter")).to_be_visible()
    await shoot(page, "setup-dark")
    await assert_accessible(page, "#coding-agent-panel")


async def test_without_a_container_engine(tmp_path: Path, page: Page):
    nowhere = f"unix://{tmp_path}/no.sock"
    async with running_lab(tmp_path, CODING_AGENT_LLM_PROVIDER="templates", DOCKER_HOST=nowhere) as lab:
        panel = await open_panel(page, lab)
        lack = panel.get_by_role("status").filter(has_text="The container engine does not answer")
        await expect(lack).to_be_visible(timeout=STARTED)
        await shoot(page, "first-use-engine")
        async with page.expect_response("**/coding-agent/health"):
            await lack.get_by_role("button", name="Check again").click()
        await lack.get_by_role("button", name="What to do").click()
        engine = (
            panel.get_by_role("region", name="Doctor")
            .get_by_role("listitem")
            .filter(has_text="Container engine")
        )
        await expect(engine).to_contain_text("missing")
        await expect(engine).to_contain_text("sudo systemctl start docker")
        await shoot(page, "setup-without-engine")
        await panel.get_by_role("tab", name="Chat").click()
        await lack.get_by_role("button", name="Dismiss").click()
        await expect(lack).to_have_count(0)
        # A request that fails for it asks how everything is.
        async with page.expect_response("**/coding-agent/health", timeout=STARTED):
            await ask(panel, FROM_A_TEMPLATE)
