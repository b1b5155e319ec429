"""What hangs says where, and what drives real engines and browsers gets a second chance, which is told."""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import Generator, Iterator
from typing import Any

import pytest

HUNG = "Timeout .* from pytest-timeout"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser or an engine on a busy machine may be late for once: the summary shows the first chance in full."""
    for item in items:
        if item.get_closest_marker("browser") or item.get_closest_marker("engine"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """A coroutine that waits is on no thread's stack."""
    report = yield
    if call.excinfo is not None and re.search(HUNG, str(call.excinfo.value)):
        tasks = [one for one in gc.get_objects() if isinstance(one, asyncio.Task) and not one.done()]
        waits = "\n".join(f"{task.get_name()}: {' > '.join(_lines(task.get_coro()))}" for task in tasks)
        report.sections.append(("What waits", waits))
    return report


def _lines(awaited: Any) -> Iterator[str]:
    """File and line of each coroutine, from a task's own to the one that waits."""
    while (frame := getattr(awaited, "cr_frame", None) or getattr(awaited, "gi_frame", None)) is not None:
        yield f"{frame.f_code.co_filename}:{frame.f_lineno}"
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "gi_yieldfrom", None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Why a first chance was not enough."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"first chance of {report.nodeid}")
        report.toterminal(terminalreporter._tw)
        for title, text in report.sections:
            terminalreporter.section(title, "-")
            terminalreporter.line(text)
