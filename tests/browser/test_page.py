"""A kernel of a gateway, as on another machine: it reaches no Jupyter server and asks through the page."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nbformat
import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import GONE_SECONDS, running_lab
from tests.browser.driving import KERNEL, STARTED, open_notebook, run_all, run_new_cell, shoot
from tests.serving import free_port, listening

pytestmark = [pytest.mark.engine, pytest.mark.browser]
CELLS = [
    "%load_ext jupyter_coding_agent",
    "%%agent\nTotal the amount for each region in a function called total_by_region.",
]
# Before a gateway Jupyter Server takes none of the protocols that JupyterLab offers. Chromium then refuses the
# connection, JupyterLab connects anew, and Jupyter Server leaves the first connection to the gateway open, whose
# identity the second has: which of the two a kernel answers is chance. So none is offered.
WITHOUT_PROTOCOLS = "window.WebSocket = class extends WebSocket { constructor(url) { super(url); } }"


@asynccontextmanager
async def gateway(elsewhere: Path) -> AsyncIterator[str]:
    """Jupyter's kernel gateway, whose kernels share no file with JupyterLab: its address."""
    elsewhere.mkdir()
    port = free_port()
    environ = {
        "JUPYTER_RUNTIME_DIR": str(elsewhere),
        "JUPYTER_CONFIG_DIR": str(elsewhere),
        "CODING_AGENT_DATA_DIR": str(elsewhere / "data"),
    }
    arguments = [
        *("-m", "kernel_gateway", f"--KernelGatewayApp.port={port}"),
        "--KernelGatewayApp.allow_root=True",
    ]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=os.environ | environ, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await listening(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), GONE_SECONDS)


async def test_what_is_asked_goes_through_the_page_and_comes_back(tmp_path: Path, page: Page):
    elsewhere = tmp_path / "elsewhere"
    async with (
        gateway(elsewhere) as url,
        running_lab(tmp_path, CODING_AGENT_LLM_PROVIDER="templates", JUPYTER_GATEWAY_URL=url) as lab,
    ):
        book = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, CELLS)], metadata=KERNEL)
        nbformat.write(book, lab.root / "elsewhere.ipynb")
        await page.add_init_script(WITHOUT_PROTOCOLS)
        await open_notebook(page, lab, "elsewhere.ipynb")
        await run_all(page)
        await expect(page.locator(".jca-Panel")).to_contain_text("✓ passed", timeout=3 * STARTED)
        inserted = page.locator(".jp-CodeCell", has=page.locator(".jca-Badge"))
        await expect(inserted.locator(".cm-content")).to_contain_text("def total_by_region")
        await expect(inserted.locator(".jca-Badge")).to_have_attribute("data-state", "passed")
        await run_new_cell(page, "%agent status")
        said = page.locator(".jp-OutputArea-output", has_text="This kernel reaches no Jupyter server")
        await expect(said).to_be_visible()
        await shoot(page, "through-the-page")
        await _is_there_again_after_a_restart(page)
    # No engine was started where the kernel is.
    assert not (elsewhere / "data").exists()


async def _is_there_again_after_a_restart(page: Page) -> None:
    await page.get_by_role("menuitem", name="Kernel", exact=True).click()
    await page.get_by_role("menuitem", name="Restart Kernel and Run All Cells…", exact=True).click()
    await page.get_by_role("button", name="Confirm Kernel Restart").click()
    await expect(page.locator(".jca-Panel")).to_contain_text("Reused", timeout=STARTED)
