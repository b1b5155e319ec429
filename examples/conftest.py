"""What nbval does not see: a magic says in a sentence what went wrong, it raises nothing."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from jupyter_coding_agent.client.result import MIME

GOOD = {"passed", "ran"}
RESULTS = ("%%agent", "%agent fix", "%agent validate")
SENTENCES = {
    "%%agent --context show": "nothing was",
    "%agent show --context": "Sandbox",
    "%agent prove": "seen to run",
    "%agent verify": "fresh",
}


def pytest_collection_finish(session: pytest.Session) -> None:
    """nbval measures coverage by a cell that it runs first: the agent would take it for one of the notebook's."""
    session.config.option.cov_source = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """A cell of the agent's has passed only if it shows what its notebook says it does."""
    source = getattr(getattr(item, "cell", None), "source", "")
    notebook: Any = item.parent
    if not source.startswith((*RESULTS, *SENTENCES)):
        return (yield)
    shown: list[dict[str, Any]] = []
    receive = notebook.get_kernel_message

    def receiving(*args: Any, **options: Any) -> Any:
        message = receive(*args, **options)
        shown.append(message["content"].get("data") or {})
        return message

    # nbval leaves out what replaces an earlier output, and so does every result.
    notebook.get_kernel_message = receiving
    outcome = yield
    if not is_there(source, shown):
        said = "\n".join(data["text/plain"] for data in shown if "text/plain" in data)
        pytest.fail(f"Not proved:\n{source}\n\n{said}", pytrace=False)
    return outcome


def is_there(source: str, shown: list[dict[str, Any]]) -> bool:
    """Whether what the cell shows is what it is there for."""
    for beginning, sentence in SENTENCES.items():
        if source.startswith(beginning):
            return any(sentence in data.get("text/plain", "") for data in shown)
    results = [data[MIME]["status"] for data in shown if MIME in data]
    return bool(results) and results[-1] in GOOD
