"""The endpoints over HTTP; hostile values are data or refused by their name, never evaluated."""

from __future__ import annotations

import ast
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyter_coding_agent.templates.handlers import routes
from jupyter_coding_agent.templates.service import TemplateService
from tests.serving import served
from tests.templates.test_service import LIBRARY, Proofs

HOSTILE = [
    "{{ ''.__class__ }}",
    "{% for i in range(9) %}",
    "$(touch /tmp/x); `id`",
    "\"; import os; os.system('x'); \"",
    "'''\"\"\"",
    "Größe \U0001f600 日付",
    "\\",
    "{0.__class__}",
]


@pytest.fixture
def proofs() -> Proofs:
    return Proofs()


@pytest.fixture
async def client(proofs: Proofs, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    service = TemplateService(LIBRARY)
    async with served(routes(service, proofs), tmp_path / "test.sock") as asking:
        yield asking
    await service.close()


async def generate(client: httpx.AsyncClient, template_id: str, **variables: Any) -> httpx.Response:
    return await client.post(f"/templates/{template_id}/generate", json={"variables": variables})


async def test_list_show_and_generate(client: httpx.AsyncClient, proofs: Proofs) -> None:
    listed = (await client.get("/templates?category=auth&limit=1")).json()
    assert (listed["total"], len(listed["templates"]), listed["problems"]) == (3, 1, [])
    shown = (await client.get("/templates/rate-limiter")).json()
    assert shown["variables"][0]["rule"]["max"] == 10_000
    made = await generate(client, "rate-limiter", calls=3)
    assert made.status_code == 200
    assert made.json()["execution_id"] == "exe_1"
    assert proofs.asked[0][3:] == ("rate-limiter", {"calls": 3})


@pytest.mark.parametrize("value", HOSTILE)
async def test_a_hostile_value_is_data(client: httpx.AsyncClient, value: str) -> None:
    made = (await generate(client, "html-report", title=value)).json()
    (title,) = [
        ast.literal_eval(node.value)
        for node in ast.parse(made["code"]).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TITLE"
    ]
    assert title == value


@pytest.mark.parametrize(
    ("template_id", "name", "value"),
    [
        ("html-report", "title", "two\nlines"),
        ("html-report", "title", "nul\x00"),
        ("html-report", "title", "x" * 10_240),
        ("html-report", "title", {"$ne": 1}),
        ("html-report", "title", None),
        ("rate-limiter", "class_name", "{{ ''.__class__ }}"),
        ("rate-limiter", "class_name", "X:\n    import os"),
        ("rate-limiter", "class_name", "Callable"),
        ("rate-limiter", "calls", "5"),
        ("rate-limiter", "calls", True),
        ("rate-limiter", "calls", 10**400),
        ("rate-limiter", "calls", 2.5),
        ("json-store", "fields", ["a; rm -rf /"]),
        ("json-store", "fields", ["a"] * 51),
        ("rate-limiter", "no_such", 1),
        ("rate-limiter", "__class__", 1),
        ("rate-limiter", "x" * 10_240, 1),
    ],
)
async def test_what_can_not_be_used_is_refused_by_its_name(
    client: httpx.AsyncClient, proofs: Proofs, template_id: str, name: str, value: Any
) -> None:
    reply = await generate(client, template_id, **{name: value})
    assert (reply.status_code, reply.json()["field"]) == (400, f"variables.{name[:200]}"), reply.text
    assert name[:200] in reply.json()["message"]
    assert len(reply.json()["message"]) < 1_000
    assert proofs.asked == []


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, "body"),
        (b"[]", 400, "body"),
        (b'{"variables": []}', 400, "variables"),
        (b'{"variables": {}, "more": 1}', 400, "more"),
        (b'{"variables": {"calls": NaN}}', 400, "variables.calls"),
        (b'{"variables": {"calls": "\\ud800"}}', 400, "body"),
        (b"[" * 100_000, 400, "body"),
        (b'{"variables": {"calls": "' + b"x" * 2**20 + b'"}}', 413, "body"),
        (json.dumps({"variables": {f"v{n}": 1 for n in range(101)}}).encode(), 413, "variables"),
    ],
)
async def test_a_bad_body_has_its_status_and_field(
    client: httpx.AsyncClient, body: bytes, status: int, field: str
) -> None:
    reply = await client.post("/templates/rate-limiter/generate", content=body)
    assert (reply.status_code, reply.json()["field"]) == (status, field), reply.text


@pytest.mark.parametrize("path", ["/templates/nope", "/templates/..%2F..%2Fetc", "/templates/%00"])
async def test_an_unknown_template_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    for reply in (await client.get(path), await client.post(f"{path}/generate", json={})):
        assert (reply.status_code, reply.json()["field"]) == (404, "template_id")


@pytest.mark.parametrize("query", ["category=toys", "limit=0", "limit=101", "page=0", "colour=red"])
async def test_a_wrong_query_names_its_argument(client: httpx.AsyncClient, query: str) -> None:
    reply = await client.get(f"/templates?{query}")
    assert (reply.status_code, reply.json()["field"]) == (400, query.partition("=")[0])
