"""The notebook at work: a cell mended, cells proved, an order put right, and what goes wrong meanwhile."""

from __future__ import annotations

import re
import threading
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from playwright.async_api import Dialog, Locator, Page, expect

from tests.browser.conftest import Lab, running_lab
from tests.browser.driving import KERNEL, STARTED, open_notebook, run_all, run_new_cell, shoot
from tests.by_question import question_of
from tests.scripted_model import Reply, Request, ScriptedModel

pytestmark = [pytest.mark.engine, pytest.mark.browser]
LOAD = "%load_ext jupyter_coding_agent"
HOSTILE = '<img src="x" onerror="window.harmed = true"><script>window.harmed = true</script>'


class Multiples:
    """A model that writes double, triple and so on; of a request that says "hold on" only when it is let go."""

    factors = ("double", "triple", "fourfold", "fivefold")

    def __init__(self) -> None:
        self.gate = threading.Event()

    def __call__(self, request: Request) -> Reply:
        name = next(name for name in self.factors if f"{name}(number)" in request.text)
        if "hold on" in request.text:
            self.gate.wait(120)
        if question_of(request) == "tests":
            checks = "".join(
                f"\n\ndef test_{number}():\n    assert {name}({number}) == {number * self._factor(name)}\n"
                for number in (0, 3)
            )
            return Reply(f"```python path=test_solution.py\nfrom solution import {name}\n{checks}```\n")
        return Reply(
            f"```python path=solution.py\ndef {name}(number):\n    return number * {self._factor(name)}\n```\n"
        )

    def _factor(self, name: str) -> int:
        return self.factors.index(name) + 2


def asking(name: str, more: str = "") -> list[str]:
    return [LOAD, f"%%agent\n{name}(number) gives {name} the number{more}."]


@pytest.fixture
def model() -> Multiples:
    return Multiples()


@pytest.fixture
async def lab(tmp_path: Path, model: Multiples) -> AsyncIterator[Lab]:
    with ScriptedModel(model) as served:
        environ = {
            "CODING_AGENT_LLM_PROVIDER": "openai/scripted",
            "OPENAI_BASE_URL": served.api_base,
            "OPENAI_API_KEY": "none",
        }
        async with running_lab(tmp_path, **environ) as lab:
            yield lab


async def test_a_notebook_at_work(lab: Lab, page: Page, model: Multiples):
    await a_failing_cell_is_mended(page, lab)
    await a_notebook_is_proved_and_put_right(page, lab)
    await hostile_metadata_are_text(page, lab)
    await the_kernel_restarts_meanwhile(page, lab, model)
    await the_page_is_closed_meanwhile(page, lab, model)
    await each_of_two_notebooks_gets_its_own(page, lab, model)


@pytest.mark.skipif(find_spec("notebook") is None, reason="Notebook 7 is not installed")
async def test_notebook_7(lab: Lab, page: Page):
    """Result, insertion, badge, and the report where there is room for it."""
    write(lab, "seven.ipynb", *asking("double"), "total(measured)", "measured = [1]\ntotal = sum")
    async with page.expect_websocket(lambda socket: "/channels" in socket.url, timeout=STARTED):
        await page.goto(f"{lab.url}notebooks/seven.ipynb?token={lab.token}", timeout=STARTED)
    await page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.focus()
    for _ in range(2):
        await page.keyboard.press("Shift+Enter")
    await expect(page.get_by_role("region", name="Coding agent: passed")).to_be_visible(timeout=3 * STARTED)
    inserted = page.locator(".jp-CodeCell", has=page.locator(".jca-Badge[data-state=passed]"))
    await expect(inserted.locator(".cm-content")).to_contain_text("def double")
    await prove(page)
    report = page.get_by_role("region", name="report on the notebook")
    await expect(report).to_contain_text("every cell ran", timeout=3 * STARTED)
    await report.get_by_role("button", name="Change the notebook").click()
    await expect(page.locator(".jp-CodeCell .cm-content").last).to_have_text("total(measured)")
    await shoot(page, "notebook-7")


def write(lab: Lab, name: str, *sources: str) -> None:
    book = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, sources)], metadata=KERNEL)
    nbformat.write(book, lab.root / name)


async def a_failing_cell_is_mended(page: Page, lab: Lab) -> None:
    """By the button below it, as a diff, as one step; then it runs, and can be proved."""
    write(lab, "mend.ipynb", LOAD, "third = np.round(1 / 3, 2)\nprint('a third is', third)")
    await open_notebook(page, lab, "mend.ipynb")
    await run_all(page)
    await page.get_by_role("button", name="Fix with the coding agent").click(timeout=STARTED)
    proposal = page.get_by_role("region", name="Coding agent: mended")
    await expect(proposal).to_contain_text("+import numpy as np", timeout=3 * STARTED)
    await shoot(page, "fix-proposed")
    cell = page.locator(".jp-CodeCell", has_text="a third is").first
    source = cell.locator(".cm-content")
    await proposal.get_by_role("button", name="Change the cell").click()
    await expect(source).to_contain_text("import numpy as np")
    await undo(page)
    await expect(source).not_to_contain_text("import numpy as np")
    await proposal.get_by_role("button", name="Change the cell").click()
    await source.focus()
    await page.keyboard.press("Control+Enter")
    await expect(cell.locator(".jp-OutputArea-output")).to_have_text("a third is 0.33\n", timeout=STARTED)
    # Nobody has asked for it: what was mended is proved where it stands.
    await expect(cell.locator(".jca-Badge")).to_have_attribute("data-state", "ran", timeout=3 * STARTED)
    await expect(proposal).to_contain_text("It is proved in this notebook.", timeout=STARTED)
    await shoot(page, "fixed")
    await cell.locator('[data-command="coding-agent:validate-cell"]').click()
    await expect(cell.locator(".jca-Badge")).to_have_attribute("data-state", "ran", timeout=3 * STARTED)
    report = page.get_by_role("region", name="report on the notebook")
    await expect(report).to_contain_text("In [2] ran from a clean start")
    await expect(report).to_contain_text("Effects: imports numpy")
    await shoot(page, "validated-cell")


async def a_notebook_is_proved_and_put_right(page: Page, lab: Lab) -> None:
    """What breaks is said; the order that mends it is taken over as one step, and then every cell has a badge."""
    cells = [
        "average(measured)",
        "measured = np.array([2.5, 3.5])",
        "def average(values):\n    return values.mean()",
    ]
    write(lab, "order.ipynb", *cells)
    await open_notebook(page, lab, "order.ipynb")
    await prove(page)
    report = page.get_by_role("region", name="report on the notebook")
    await expect(report).to_contain_text("every cell ran", timeout=3 * STARTED)
    await shoot(page, "proved-out-of-order")
    await report.get_by_role("button", name="Change the notebook").click()
    right = ["import numpy as np", cells[1], cells[2], cells[0]]
    sources = page.locator(".jp-NotebookPanel .jp-CodeCell .cm-content")
    await expect(sources).to_have_text([re.compile(re.escape(text.split("\n")[0])) for text in right])
    await undo(page)
    await expect(sources).to_have_count(len(cells))
    await report.get_by_role("button", name="Change the notebook").click()
    await shoot(page, "put-right")
    await prove(page)
    await expect(page.locator(".jca-Badge[data-state=ran]")).to_have_count(len(right), timeout=3 * STARTED)
    await expect(report).to_have_count(1)
    await expect(report).to_contain_text("✓ ran")
    await shoot(page, "proved-in-order")


async def hostile_metadata_are_text(page: Page, lab: Lab) -> None:
    """Whatever a notebook carries in our names, opening it runs nothing."""
    receipt = dict.fromkeys(["status", "code_sha256", "issued_at", "key_id", "signature", "model"], HOSTILE)
    own = {"execution_id": HOSTILE, "path": HOSTILE, "role": "code", "notebook": HOSTILE, "receipt": receipt}
    result = {
        "execution_id": HOSTILE,
        "prompt": HOSTILE,
        "status": HOSTILE,
        "files": {HOSTILE: HOSTILE},
        "tests": {HOSTILE: HOSTILE},
        "explanation": HOSTILE,
        "effects": {"writes": [HOSTILE]},
        "attempts": [{"number": 1, "error_message": HOSTILE}, {"number": 2, "model": HOSTILE}],
        "outputs": [{"name": HOSTILE, "size": 1}],
        "changes": [{"name": HOSTILE, "before": HOSTILE, "after": HOSTILE, "unified_diff": HOSTILE}],
        "receipt": receipt,
    }
    output = nbformat.v4.new_output(
        "display_data", {"application/vnd.coding-agent.result+json": result, "text/html": HOSTILE}
    )
    cell = nbformat.v4.new_code_cell("x = 1", metadata={"coding_agent": own}, outputs=[output])
    book = nbformat.v4.new_notebook(cells=[cell], metadata={**KERNEL, "coding_agent": {"id": HOSTILE}})
    nbformat.write(book, lab.root / "hostile.ipynb")
    dialogs: list[str] = []

    async def answered(dialog: Dialog) -> None:
        # JupyterLab itself asks before its page is left with changes.
        dialogs.extend([dialog.message] if dialog.type != "beforeunload" else [])
        await dialog.accept()

    page.on("dialog", answered)
    await open_notebook(page, lab, "hostile.ipynb")
    panel = page.locator(".jca-Panel").first
    await expect(panel).to_contain_text(HOSTILE, timeout=STARTED)
    badge = page.locator(".jca-Badge")
    await badge.get_by_role("button").first.click()
    await expect(badge.locator(".jca-badge-details")).to_contain_text(HOSTILE)
    await expect(badge).not_to_have_attribute("data-state", re.compile("passed|ran"))
    await shoot(page, "hostile")
    assert await page.locator(".jca-Panel img, .jca-Panel script, .jca-Badge img").count() == 0
    assert await page.evaluate("window.harmed") is None
    assert dialogs == []


async def the_kernel_restarts_meanwhile(page: Page, lab: Lab, model: Multiples) -> None:
    """The execution goes on; its result can be shown by the new kernel, and is inserted once."""
    write(lab, "restarted.ipynb", *asking("double", "; hold on"))
    await open_notebook(page, lab, "restarted.ipynb")
    await run_all(page)
    running = page.get_by_role("region", name="Coding agent: progress")
    await expect(running).to_contain_text("plan: python", timeout=STARTED)
    execution = await id_in(running)
    await page.get_by_role("menuitem", name="Kernel", exact=True).click()
    await page.get_by_role("menuitem", name="Restart Kernel…").click()
    await page.get_by_role("button", name="Confirm Kernel Restart").click()
    model.gate.set()
    await ended(page, lab, execution)
    await shoot(page, "kernel-restarted")
    await shown_again_and_inserted_once(page, f"{LOAD}\n%agent show {execution}", "def double")


async def the_page_is_closed_meanwhile(page: Page, lab: Lab, model: Multiples) -> None:
    """Who comes back finds the result, and inserts it once."""
    model.gate.clear()
    write(lab, "closed.ipynb", *asking("triple", "; hold on"))
    assert page.context.browser is not None
    other = await page.context.browser.new_page()
    await open_notebook(other, lab, "closed.ipynb")
    await run_all(other)
    running = other.get_by_role("region", name="Coding agent: progress")
    await expect(running).to_contain_text("plan: python", timeout=STARTED)
    execution = await id_in(running)
    await other.keyboard.press("Control+s")
    await expect(other.locator(".jp-mod-dirty")).to_have_count(0)
    await other.close()
    model.gate.set()
    await ended(page, lab, execution)
    await open_notebook(page, lab, "closed.ipynb")
    hint = page.get_by_role("region", name="Coding agent: progress")
    await expect(hint).to_contain_text(f"%agent insert {execution}", timeout=STARTED)
    await shoot(page, "reopened")
    await shown_again_and_inserted_once(page, f"%agent show {execution}", "def triple")


async def shown_again_and_inserted_once(page: Page, showing: str, code: str) -> None:
    await run_new_cell(page, showing)
    result = page.get_by_role("region", name="Coding agent: passed")
    await expect(result).to_be_visible(timeout=STARTED)
    await result.get_by_role("button", name="Insert", exact=True).click()
    inserted = page.locator(".jp-CodeCell", has=page.locator(".jca-Badge[data-state=passed]"))
    await expect(inserted.locator(".cm-content")).to_contain_text(code)
    await shoot(page, "shown-again")
    await run_new_cell(page, showing.split("\n")[-1])
    await expect(result).to_have_count(2, timeout=STARTED)
    await expect(result.last).to_contain_text("Its cells are in the notebook")
    await expect(inserted).to_have_count(1)


async def each_of_two_notebooks_gets_its_own(page: Page, lab: Lab, model: Multiples) -> None:
    """Also the one that is not in front."""
    model.gate.clear()
    for name in ("fourfold", "fivefold"):
        write(lab, f"{name}.ipynb", *asking(name, "; hold on"))
    await open_notebook(page, lab, "fourfold.ipynb")
    await run_all(page)
    running = page.get_by_role("region", name="Coding agent: progress")
    await expect(running).to_contain_text("plan: python", timeout=STARTED)
    await page.get_by_role("listitem", name=re.compile("Name: fivefold.ipynb")).dblclick()
    await expect(page.locator("#jp-main-statusbar").get_by_text("| Idle")).to_be_visible(timeout=STARTED)
    await run_all(page)
    await expect(running).to_contain_text("plan: python", timeout=STARTED)
    model.gate.set()
    for name in ("fivefold", "fourfold"):
        await page.get_by_role("tab", name=f"{name}.ipynb").click()
        inserted = page.locator(
            ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell .cm-content", has_text="def "
        )
        await expect(inserted).to_have_count(1, timeout=3 * STARTED)
        await expect(inserted).to_contain_text(f"def {name}")
    await shoot(page, "two-notebooks")


async def ended(page: Page, lab: Lab, execution: str) -> None:
    """Its stream of events is there until it has ended."""
    url = f"{lab.url}coding-agent/execute/{execution}/stream?token={lab.token}"
    answer = await page.request.get(url, timeout=3 * STARTED)
    assert "event: completed" in await answer.text()


async def id_in(place: Locator) -> str:
    found = re.search(r"exe_[0-9a-f]+", await place.inner_text())
    assert found
    return found[0]


async def undo(page: Page) -> None:
    await page.locator(".jp-Notebook .jp-InputPrompt").first.click()
    await page.keyboard.press("z")


async def prove(page: Page) -> None:
    await page.get_by_role("menuitem", name="Run", exact=True).click()
    await page.get_by_role("menuitem", name="Prove This Notebook").click()
