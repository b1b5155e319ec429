"""Talking to the agent in the side panel of a real JupyterLab."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Lab, running_lab
from tests.browser.driving import STARTED, shoot
from tests.browser.panel.driving import (
    ask,
    open_panel,
    passed,
    reload,
    shoot_both,
    show_panel,
    show_view,
    wide,
)
from tests.scripted_model import Reply, Request, ScriptedModel

pytestmark = [pytest.mark.engine, pytest.mark.browser]
ANSWER = """\
It copies the list **at each step**:

```python
rows = [row for row in rows]
```

See <img src="https://example.invalid/seen" alt="a picture"> and [the tutorial](https://docs.python.org/3/tutorial/).
"""
TOO_LONG = "Why? " * 20_001


def answered(request: Request) -> Reply:
    """One question is answered, one is begun and left."""
    if "Why does it stop" in request.text:
        return Reply("It stops in the middle", behaviour="stall")
    return Reply(ANSWER)


async def test_a_newcomers_request_is_proved(lab: Lab, page: Page, second_page: Page):
    panel = await open_panel(page, lab)
    example = panel.get_by_role("list", name="Try one of these").get_by_role("button").first
    await expect(example).to_be_visible(timeout=STARTED)
    await shoot_both(page, "panel-chat-empty")
    await wide(page, 420)
    words = await example.inner_text()
    await example.click()
    field = panel.get_by_role("textbox", name="Message to the coding agent")
    await expect(field).to_have_value(words)
    await expect(field).to_be_focused()
    await panel.get_by_role("button", name="Send", exact=True).click()
    await expect(panel.get_by_role("article").filter(has_text=words)).to_be_visible()
    await passed(panel)
    await expect(panel.get_by_role("button", name="Details")).to_have_count(1)
    await shoot_both(page, "panel-chat")
    await panel.get_by_role("button", name="Details").click()
    await expect(panel.get_by_role("tab", name="Code")).to_be_visible()
    await panel.get_by_role("button", name="Back").click()
    await found_again(page, panel, await open_panel(second_page, lab))


async def found_again(page: Page, panel: Locator, second: Locator) -> None:
    """After a reload, and in a second window, which is told what the first one does."""
    await reload(page)
    await show_panel(page)
    messages = panel.get_by_role("article")
    await expect(messages).to_have_count(2, timeout=STARTED)
    await show_view(second, "Sessions")
    await second.locator(".jca-Row-main").first.click(timeout=STARTED)
    await expect(second.get_by_role("article")).to_have_count(2, timeout=STARTED)
    await messages.first.hover()
    await messages.first.get_by_role("button", name="Pin").click()
    await expect(second.get_by_role("button", name="Unpin")).to_be_visible(timeout=STARTED)
    await messages.first.get_by_role("button", name="Delete the message").click()
    dialog = page.get_by_role("dialog").filter(has_text="Delete this message?")
    await dialog.get_by_role("button", name="Delete").click()
    await expect(messages).to_have_count(1, timeout=STARTED)
    await expect(second.get_by_role("article")).to_have_count(1, timeout=STARTED)


async def test_questions_are_answered(tmp_path: Path, page: Page):
    with ScriptedModel(answered) as model:
        async with running_lab(tmp_path, **model.environ) as lab:
            fetched: list[str] = []
            page.on("request", lambda request: fetched.append(request.url))
            panel = await open_panel(page, lab)
            await ask(panel, "Why is it slow?")
            await expect(panel.locator("strong", has_text="at each step")).to_be_visible(timeout=STARTED)
            await kept_harmless(page, panel)
            await streamed(page, panel, model)
            await refused(page, panel)
            assert not any("example.invalid" in url for url in fetched)


async def kept_harmless(page: Page, panel: Locator) -> None:
    """What a model wrote fetches nothing and leads nowhere unseen; its code can be copied."""
    await expect(panel.get_by_role("article")).to_have_count(2)
    await expect(panel.locator("img")).to_have_count(0)
    await expect(panel.get_by_role("link", name="a picture")).to_be_visible()
    link = panel.get_by_role("link", name="the tutorial")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await panel.locator(".jca-Snippet").hover()
    await panel.get_by_role("button", name="Copy", exact=True).click()
    await expect(panel.get_by_role("button", name="Copied")).to_be_visible()
    copied = await page.evaluate("() => navigator.clipboard.readText()")
    assert copied.strip() == "rows = [row for row in rows]"
    await shoot(page, "panel-chat-answer")


async def streamed(page: Page, panel: Locator, model: ScriptedModel) -> None:
    """What has come is shown before the rest is there, in a new session of its own as well."""
    await panel.get_by_role("button", name="New session").click()
    await ask(panel, "Why does it stop?")
    await expect(panel.get_by_text("It stops in the middle")).to_be_visible(timeout=STARTED)
    await expect(panel.get_by_text("answering …")).to_be_visible()
    await expect(panel.get_by_role("article").first).to_contain_text("Why does it stop?")
    await expect(panel.get_by_role("article")).to_have_count(2)
    await shoot(page, "panel-chat-streaming")
    model.release()
    await expect(panel.get_by_text("answering …")).to_have_count(0, timeout=STARTED)


async def refused(page: Page, panel: Locator) -> None:
    """Nothing that was typed is lost, and a session in which nothing was said does not stay."""
    await panel.get_by_role("button", name="New session").click()
    await ask(panel, TOO_LONG)
    await expect(panel.get_by_role("alert")).to_contain_text("message", timeout=STARTED)
    await expect(panel.get_by_role("textbox", name="Message to the coding agent")).to_have_value(TOO_LONG)
    await expect(panel.get_by_role("heading", name="New session")).to_be_visible()
    await shoot(page, "panel-chat-refused")
    await show_view(panel, "Sessions")
    await expect(panel.locator(".jca-Row-main")).to_have_count(2, timeout=STARTED)
