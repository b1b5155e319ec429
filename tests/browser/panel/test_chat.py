"""Talking to the agent in the side panel of a real JupyterLab."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Lab
from tests.browser.driving import STARTED, shoot
from tests.browser.panel.driving import ask, open_panel

REQUEST = (
    "Write a function called describe_sample that describes a list of numbers: the mean with a 95 % bootstrapped "
    "confidence interval."
)
pytestmark = [pytest.mark.engine, pytest.mark.browser]


async def test_a_request_is_proved(lab: Lab, page: Page):
    panel = await open_panel(page, lab)
    await ask(panel, REQUEST)
    await expect(panel.get_by_role("status").filter(has_text="passed")).to_be_visible(timeout=3 * STARTED)
    await panel.get_by_role("button", name="Details").first.click()
    await expect(panel.get_by_role("tab", name="Code")).to_be_visible()
    await shoot(page, "panel-chat")
