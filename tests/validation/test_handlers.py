"""POST /validate over HTTP."""

from __future__ import annotations

import json

import pytest
from tornado import web
from tornado.httpclient import AsyncHTTPClient, HTTPClientError
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from jupyter_coding_agent.core.errors import RunnerUnavailable
from jupyter_coding_agent.validation.handlers import routes
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.fakes import FakeRunner

BODY = {
    "language": "python",
    "files": {"solution.py": "def one():\n    return 1\n"},
    "tests": {"test_solution.py": "from solution import one\n\n\ndef test_one():\n    assert one() == 1\n"},
}


@pytest.fixture
def runner():
    return FakeRunner()


@pytest.fixture
async def url(runner):
    server = HTTPServer(web.Application(routes(Validator(runner, ValidationSettings()))))
    socket, port = bind_unused_port()
    server.add_socket(socket)
    yield f"http://127.0.0.1:{port}/validate"
    server.stop()
    await server.close_all_connections()


async def post(url, body) -> tuple[int, dict]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        response = await AsyncHTTPClient().fetch(url, method="POST", body=text)
    except HTTPClientError as error:
        response = error.response
    return response.code, json.loads(response.body)


async def test_a_verdict_is_answered(url):
    status, body = await post(url, BODY)
    assert status == 200
    assert body["status"] == "passed"
    assert body["signals"]["tests"]["results"][0]["id"] == "test_solution.py::test_one"
    assert {"effects", "quality_score", "quality_parts", "duration_ms", "isolation", "receipt"} <= set(body)
    assert "outputs" not in body


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 400, "body"),
        (b"[]", 400, "body"),
        ({}, 400, "files"),
        ({**BODY, "extra": 1}, 400, "extra"),
        ({**BODY, "language": "cobol"}, 400, "language"),
        ({**BODY, "files": {"../x.py": ""}}, 400, "files"),
        ({**BODY, "files": {"x.py": "\ud800"}}, 400, None),
        ({**BODY, "files": {f"{n}.py": "" for n in range(10_000)}}, 413, "files"),
        ({**BODY, "timeout_seconds": 0}, 400, "timeout_seconds"),
        ({**BODY, "kernel_python": "2.7"}, 400, "kernel_python"),
        ({**BODY, "requirements": ["x @ http://example.org/x.whl"]}, 422, "requirements"),
    ],
)
async def test_bad_bodies_are_refused_with_the_field(url, runner, body, status, field):
    code, answer = await post(url, body)
    assert code == status, answer
    assert answer["message"]
    assert field is None or answer["field"] == field
    assert runner.test_jobs == []


async def test_a_missing_engine_is_503(url, runner):
    runner.error = RunnerUnavailable("No container engine answers.")
    status, body = await post(url, BODY)
    assert (status, body["reason"]) == (503, "no_container_engine")
