"""What a message starts from, set in the settings of a real JupyterLab."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab
from tests.browser.driving import STARTED, shoot
from tests.browser.panel.driving import open_panel, wide

pytestmark = [pytest.mark.engine, pytest.mark.browser]


async def test_settings_are_what_a_message_starts_from(lab: Lab, page: Page):
    panel = await open_panel(page, lab)
    tier = panel.get_by_role("combobox", name="Tier")
    models = panel.get_by_role("combobox", name="Models")
    await panel.get_by_role("button", name="Options").click()
    await expect(tier).to_have_value("")
    await models.select_option("fast")
    await panel.get_by_role("tab", name="Setup").click()
    await panel.get_by_role("button", name="Settings of this panel").click()
    await page.get_by_role("tab", name="File Browser").click()
    await chosen_in_the_settings(page, "defaultTier", "complex")
    await chosen_in_the_settings(page, "defaultPreference", "quality")
    await wide(page, 420)
    await panel.get_by_role("tab", name="Chat").click()
    await expect(tier).to_have_value("complex")
    await expect(models).to_have_value("fast")
    chips = panel.get_by_role("list", name="Goes along with the message").get_by_role("listitem")
    await expect(chips).to_have_text(["Models: Fast"])
    await shoot(page, "panel-defaults")
    await said(panel, '"tier": "complex"')
    await panel.get_by_role("button", name="Remove Models: Fast").click()
    await expect(models).to_have_value("quality")
    await said(panel, '"llm_preference": "quality"')


async def chosen_in_the_settings(page: Page, name: str, value: str) -> None:
    # JupyterLab's labels are not tied to their fields.
    field = page.locator(f"select[id$={name}]")
    await expect(field).to_be_visible(timeout=STARTED)
    async with page.expect_response(
        lambda answer: "/lab/api/settings/" in answer.url and answer.request.method == "PUT"
    ):
        await field.select_option(label=value)


async def said(panel: Locator, words: str) -> None:
    """In what the panel shows of the request."""
    shown = panel.locator("pre").filter(has_text="message")
    if not await shown.is_visible():
        await panel.get_by_text("What is sent").click()
    await expect(shown).to_contain_text(words)
