"""Fixtures of the side panel's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright

from tests.browser.conftest import CHROMIUM, QUIET


@pytest.fixture
async def second_page() -> AsyncIterator[Page]:
    """A window of another browser: it shares nothing with the first but the server."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield await browser.new_page(viewport={"width": 1280, "height": 1000})
        await browser.close()
