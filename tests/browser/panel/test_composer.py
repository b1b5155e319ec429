"""What goes along with a message in a real JupyterLab: a file, cells and variables of the open notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.conftest import Lab, running_lab
from tests.browser.driving import KERNEL, STARTED, open_notebook, run_all, shoot
from tests.browser.panel.driving import (
    assert_accessible,
    passed,
    record_what_is_sent,
    reload,
    saved,
    sent_to,
    shoot_both,
    show_panel,
    show_view,
)
from tests.by_question import question_of
from tests.scripted_model import Reply, Request, ScriptedModel

pytestmark = [pytest.mark.engine, pytest.mark.browser]
PASSWORD = "hunter2-correct-horse"
CELLS = [
    "import pandas as pd\n\norders = pd.DataFrame({'price': [17.25, 4.5], 'city': ['Ulm', 'Bonn']})\n"
    "orders['city'] = orders['city'].str.upper()",
    f"connection = 'postgresql://me:{PASSWORD}@db.example.com/orders'",
]
COMPUTED = "BONN"
"""A value that no cell's source has."""
SOLUTION = "def double(number):\n    return number * 2\n"
TESTS = "from solution import double\n\n\ndef test_two():\n    assert double(2) == 4\n"
REQUEST = "Write a function double that doubles a number."
DRAFT = "(kept, words) => kept['jupyter-coding-agent:composer'].draft === words"
MESSAGE = "Message to the coding agent"


def answer(request: Request) -> Reply:
    """Tests, then code."""
    if question_of(request) == "tests":
        return Reply(f"```python path=test_solution.py\n{TESTS}```\n")
    return Reply(f"```python path=solution.py\n{SOLUTION}```\n")


async def test_what_goes_along(tmp_path: Path, page: Page):
    csv = tmp_path / "orders.csv"
    csv.write_text("price,city\n17.25,Ulm\n")
    with ScriptedModel(answer) as model:
        async with running_lab(tmp_path, **model.environ) as lab:
            book = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, CELLS)], metadata=KERNEL)
            nbformat.write(book, lab.root / "orders.ipynb")
            await record_what_is_sent(page)
            await open_notebook(page, lab, "orders.ipynb")
            await run_all(page)
            await expect(page.locator(".jp-InputPrompt").nth(1)).to_have_text("[2]:", timeout=STARTED)
            panel = await show_panel(page)
            await attached(page, panel, csv)
            await dropped(page, panel)
            await shoot_both(page, "composer")
            await assert_accessible(page, "#coding-agent-panel")
            await kept_over_views_a_reload_and_a_refusal(page, panel)
            await sent(page, panel, lab)
        asked = json.dumps([one.body for one in model.requests])
        assert "columns price (float64)" in asked
        assert PASSWORD not in asked
        assert COMPUTED not in asked


async def attached(page: Page, panel: Locator, csv: Path) -> None:
    """A file, two cells and two variables; two of them are taken away again."""
    await choose_menu_item(page, panel, "Variables of orders.ipynb …")
    variables = panel.get_by_role("region", name="Variables of orders.ipynb")
    await expect(variables).to_contain_text("2 x 2; columns price (float64), city", timeout=STARTED)
    await expect(variables).not_to_contain_text(COMPUTED)
    for name in ("orders", "connection", "pd"):
        await variables.get_by_role("checkbox", name=name).check()
    await shoot(page, "composer-variables")
    await page.keyboard.press("Escape")
    await choose_menu_item(page, panel, "Cells of orders.ipynb …")
    cells = panel.get_by_role("region", name="Cells of orders.ipynb")
    for name in ("In [1]", "In [2]"):
        # It is attached, and ticked, once the kernel has taken the secrets out.
        await cells.get_by_role("checkbox", name=name).click()
        await expect(panel.get_by_role("button", name=f"Cell {name}")).to_be_visible(timeout=STARTED)
    await expect(cells).to_contain_text("Taken out before it is sent")
    await page.keyboard.press("Escape")
    await expect(panel.get_by_role("textbox", name=MESSAGE)).to_be_focused()
    await panel.get_by_label("Files to attach").set_input_files(csv)
    await expect(panel.get_by_role("button", name="File orders.csv")).to_be_visible(timeout=STARTED)
    await panel.get_by_role("button", name="Remove pd").click()
    await panel.get_by_role("button", name="Cell In [2]").click()
    content = panel.get_by_label("What is sent of In [2]")
    await expect(content).to_contain_text("redacted")
    await panel.get_by_role("button", name="Options").click()
    await panel.get_by_role("combobox", name="Tier").select_option("complex")
    await panel.get_by_role("combobox", name="Language").select_option("python")
    await panel.get_by_role("textbox", name=MESSAGE).fill(REQUEST)


async def dropped(page: Page, panel: Locator) -> None:
    """A file of the computer's, one of the file browser's, a cell: each becomes a chip; then they are taken away."""
    data = await page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'dropped.txt')); return data; }"
    )
    target = panel.get_by_role("heading", name="New session")
    for kind in ("dragenter", "dragover", "drop"):
        await target.dispatch_event(kind, {"dataTransfer": data})
    await drag(page, page.get_by_role("listitem", name="Name: README.md"), target)
    await expect(panel.get_by_role("button", name="File dropped.txt")).to_be_visible(timeout=STARTED)
    await expect(panel.get_by_role("button", name="File README.md")).to_be_visible(timeout=STARTED)
    await panel.get_by_role("button", name="Remove In [1]").click()
    await drag(page, page.locator(".jp-Notebook .jp-InputPrompt").first, target)
    await expect(panel.get_by_role("button", name="Cell In [1]")).to_be_visible(timeout=STARTED)
    await expect(page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(len(CELLS))
    for name in ("dropped.txt", "README.md"):
        await panel.get_by_role("button", name=f"Remove {name}").click()


async def drag(page: Page, what: Locator, target: Locator) -> None:
    """With the mouse, as JupyterLab's own drags are done."""
    start, end = await what.bounding_box(), await target.bounding_box()
    assert start and end
    await page.mouse.move(start["x"] + 20, start["y"] + start["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=8)
    await page.mouse.up()


async def choose_menu_item(page: Page, panel: Locator, label: str) -> None:
    await panel.get_by_role("button", name="Attach files, cells or variables").click()
    await page.locator(".lm-Menu-item", has_text=label).click()


async def kept_over_views_a_reload_and_a_refusal(page: Page, panel: Locator) -> None:
    await show_view(panel, "Sessions")
    await show_view(panel, "Chat")
    await everything_is_there(panel)
    await panel.get_by_role("textbox", name=MESSAGE).fill(f"{REQUEST} Twice.")
    await saved(page, DRAFT, f"{REQUEST} Twice.")
    await reload(page)
    # JupyterLab itself brings it to the front again.
    await expect(panel).to_be_visible(timeout=STARTED)
    await everything_is_there(panel, f"{REQUEST} Twice.")

    async def refuse(route: Route) -> None:
        await route.fulfill(
            status=503, json={"message": "The engine is being repaired.", "reason": "missing_part"}
        )

    await page.route("**/coding-agent/chat*", refuse)
    await panel.get_by_role("textbox", name=MESSAGE).press("Enter")
    await expect(panel.get_by_role("alert")).to_contain_text("The engine is being repaired.")
    await everything_is_there(panel, f"{REQUEST} Twice.")
    await page.unroute("**/coding-agent/chat*")


async def everything_is_there(panel: Locator, words: str = REQUEST) -> None:
    await expect(panel.get_by_role("textbox", name=MESSAGE)).to_have_value(words, timeout=STARTED)
    for name in ("File orders.csv", "Cell In [1]", "Cell In [2]", "Variable orders", "Variable connection"):
        await expect(panel.get_by_role("button", name=name, exact=True)).to_be_visible()
    for name in ("Remove Tier: Complex", "Remove Language: Python"):
        await expect(panel.get_by_role("button", name=name)).to_be_visible()
    await expect(panel.get_by_role("button", name="Variable pd")).to_have_count(0)


async def sent(page: Page, panel: Locator, lab: Lab) -> None:
    """What reached the engine is what was chosen, once and without the secret."""
    async with page.expect_response(lambda answer: answer.url.endswith("/coding-agent/chat")) as told:
        await panel.get_by_role("textbox", name=MESSAGE).press("Enter")
    reply = await (await told.value).json()
    await passed(panel)
    # The first one was refused.
    _, posted = await sent_to(page, "/coding-agent/chat")
    assert CELLS[0] in json.loads(posted)["context"]["cells"][1]["source"]
    assert PASSWORD not in posted
    await expect(panel.get_by_role("textbox", name=MESSAGE)).to_have_value("")
    await expect(panel.get_by_role("button", name="File orders.csv")).to_have_count(0)
    context = await get(page, lab, f"execute/{reply['execution_id']}/context")
    artifacts = await get(page, lab, "artifacts?type=uploaded")
    names = {one["artifact_id"]: one["name"] for one in artifacts["artifacts"]}
    assert [names[one] for one in context["context_artifacts"]] == ["orders.csv"]
    about = context["context"]
    assert about["variables"].keys() == {"orders", "connection"}
    assert "columns price (float64)" in about["variables"]["orders"]
    # In [1] was taken away and dropped again.
    redacted, plain = (cell["source"] for cell in about["cells"])
    assert plain == CELLS[0]
    assert "<redacted" in redacted
    assert "pandas" in about["packages"]
    assert about["kernel_python"].startswith("3.")
    # The code is proved with the live values, but for what is a secret.
    assert COMPUTED in about["notebook"]["values"]["orders"]["content"]
    assert "secret" in about["notebook"]["missing"]["connection"]
    assert PASSWORD not in json.dumps(context)
    await expect(panel.get_by_role("button", name="Last execution:")).to_contain_text("python · quality")
    await shoot(page, "composer-after")


async def get(page: Page, lab: Lab, path: str) -> Any:
    answer = await page.request.get(
        f"{lab.url}coding-agent/{path}", headers={"Authorization": f"token {lab.token}"}
    )
    assert answer.ok, await answer.text()
    return await answer.json()
