"""A kernel without a server: everything goes through the page, from a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from jupyter_coding_agent.client.api import AgentClient
from jupyter_coding_agent.client.discovery import find_endpoint
from jupyter_coding_agent.client.page import Page
from jupyter_coding_agent.core.errors import EngineUnavailable, NotFound
from tests.fake_engine import Running
from tests.page import FakePage

Aside = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def there(fake: Running) -> FakePage:
    return FakePage(f"http://127.0.0.1:{fake.port}")


@pytest.fixture
def page(there: FakePage) -> Page:
    page = Page()
    page.opened(there, {})
    return page


@pytest.fixture
def client(page: Page) -> Iterator[AgentClient]:
    client = AgentClient(lambda: find_endpoint(None, page=page), patience=0.3)
    yield client
    client.close()


@pytest.fixture
def aside() -> Iterator[Aside]:
    """Does something in a thread, as nothing may be waited for where cells run."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda work: pool.submit(work).result(30)


def test_a_request_becomes_a_result(client: AgentClient, there: FakePage, aside: Aside):
    name = aside(lambda: client.execute({"prompt": "add two numbers"}))["execution_id"]
    kinds = aside(lambda: [event.kind for event in client.stream(name)])
    assert (kinds[0], kinds[-1]) == ("queued", "completed")
    assert aside(lambda: client.get(name))["status"] == "passed"
    assert there.asked == ["POST /execute", f"GET /execute/{name}/stream", f"GET /execute/{name}"]


def test_what_is_refused_is_the_engines_own_sentence(client: AgentClient, aside: Aside):
    with pytest.raises(NotFound, match="no such execution"):
        aside(lambda: client.get("exe_none"))


def test_where_cells_run_nothing_is_sent_and_a_sentence_says_why(client: AgentClient, there: FakePage):
    with pytest.raises(EngineUnavailable, match="reaches no Jupyter server, so it asks through this page"):
        client.executions()
    assert there.asked == []


def test_no_values_go_through_a_page(client: AgentClient, there: FakePage):
    assert (client.samples_welcome(), there.asked) == (False, [])


def test_a_page_that_is_gone_is_not_replaced_by_another_engine(
    client: AgentClient, page: Page, there: FakePage, fake: Running, aside: Aside
):
    there.close()
    with pytest.raises(EngineUnavailable, match="can't be reached"):
        aside(lambda: client.execute({"prompt": "add"}))
    back = FakePage(f"http://127.0.0.1:{fake.port}")
    page.opened(back, {})
    assert aside(lambda: client.execute({"prompt": "add"}))["execution_id"]


def test_what_was_waited_for_ends_with_the_page(client: AgentClient, there: FakePage, aside: Aside):
    there.silent = True
    waiting = ThreadPoolExecutor(1).submit(lambda: client.execute({"prompt": "add"}))
    there.close()
    with pytest.raises(EngineUnavailable):
        waiting.result(30)


def test_a_page_that_says_nothing_is_told_to_stop(page: Page, there: FakePage, aside: Aside):
    there.silent = True
    endpoint = page.endpoint()
    assert endpoint is not None
    with endpoint.open() as http, pytest.raises(httpx.ReadTimeout):
        aside(lambda: http.get("http://page/coding-agent/x", timeout=0.01))
    assert there.stopped.is_set()
    there.tell(id=1, status=200, headers={})


def test_a_kernel_that_no_page_was_ever_there_for_has_none():
    assert Page().endpoint() is None
