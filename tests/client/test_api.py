from __future__ import annotations

import threading

import pytest

from jupyter_coding_agent.client.api import AgentClient
from jupyter_coding_agent.client.endpoint import Endpoint
from jupyter_coding_agent.core.errors import (
    Conflict,
    EngineUnavailable,
    InvalidInput,
    NotFound,
    RunnerUnavailable,
)
from tests.fake_engine import Running, running


def test_a_request_becomes_a_result(client: AgentClient):
    name = client.execute({"prompt": "add two numbers"})["execution_id"]
    kinds = [event.kind for event in client.stream(name)]
    assert kinds[0] == "queued"
    assert kinds[-1] == "completed"
    assert client.get(name)["status"] == "passed"
    assert [attempt["number"] for attempt in client.attempts(name)] == [1]


def test_a_cut_stream_goes_on_where_it_was_cut(fake: Running, client: AgentClient):
    fake.engine.drop_after = 2
    name = client.execute({"prompt": "add two numbers"})["execution_id"]
    ids = [event.id for event in client.stream(name)]
    assert ids == [number for number, _, _ in fake.engine.events[name]]
    assert fake.engine.streams == ["0", "2", "4", "6"]


def test_a_stream_goes_on_at_the_engine_that_took_over(fake: Running):
    where = [fake.port]
    client = AgentClient(lambda: Endpoint("socket", f"http://127.0.0.1:{where[0]}"), patience=10)
    name = client.execute({"prompt": "hang please"})["execution_id"]
    seen = client.stream(name)
    first = [next(seen).kind, next(seen).kind]
    with running(engine=fake.engine) as successor:
        where[0] = successor.port
        fake.stop()
        client.cancel(name)
        assert [*first, *(event.kind for event in seen)] == ["queued", "started", "completed"]


def test_an_execution_that_ends_without_a_last_event_ends_the_stream(client: AgentClient):
    name = client.execute({"prompt": "refuse this"})["execution_id"]
    assert [event.kind for event in client.stream(name)] == ["queued", "started", "error"]


def test_a_stream_gives_up_with_a_sentence_when_the_engine_stays_away(fake: Running, client: AgentClient):
    name = client.execute({"prompt": "hang please"})["execution_id"]
    seen = client.stream(name)
    next(seen)
    fake.stop()
    with pytest.raises(EngineUnavailable, match="did not come back in 2 s"):
        list(seen)


def test_a_stopped_stream_ends(client: AgentClient):
    name = client.execute({"prompt": "hang please"})["execution_id"]
    stop = threading.Event()
    seen = client.stream(name, stop=stop)
    next(seen)
    stop.set()
    assert list(seen) == []


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda client: client.execute({"prompt": ""}), InvalidInput, "The field 'prompt' is missing."),
        (lambda client: client.get("exe_0"), NotFound, "There is no such execution."),
        (lambda client: list(client.stream("exe_0")), NotFound, "There is no such execution."),
        (
            lambda client: client.validate({"files": {"a.py": "no engine"}}),
            RunnerUnavailable,
            "No container engine answers. Start Docker.",
        ),
    ],
)
def test_an_error_is_the_engines_own_sentence(client: AgentClient, call, error, sentence):
    with pytest.raises(error) as caught:
        call(client)
    assert caught.value.message == sentence


def test_what_has_ended_can_not_be_cancelled(client: AgentClient):
    name = client.execute({"prompt": "add"})["execution_id"]
    with pytest.raises(Conflict, match="ended already"):
        client.cancel(name)


def test_an_engine_that_moved_while_idle_is_found_again(fake: Running):
    where = [fake.port]
    client = AgentClient(lambda: Endpoint("socket", f"http://127.0.0.1:{where[0]}"))
    assert client.health()["status"] == "ok"
    with running() as successor:
        where[0] = successor.port
        fake.stop()
        assert client.execute({"prompt": "add"})["execution_id"] in successor.engine.executions


def test_no_engine_is_a_sentence(fake: Running, client: AgentClient):
    fake.stop()
    with pytest.raises(EngineUnavailable, match="can't be reached"):
        client.health()


def test_no_proxy_of_the_environment_is_used(
    fake: Running, client: AgentClient, monkeypatch: pytest.MonkeyPatch
):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert client.health()["status"] == "ok"


def test_a_token_is_not_shown():
    assert "secret" not in repr(Endpoint("server", "http://localhost", "secret"))


def test_an_archive_comes_as_bytes(client: AgentClient):
    accepted = client.execute({"prompt": "add"})
    assert client.archive(accepted["execution_id"]).startswith(b"PK")
    with pytest.raises(NotFound):
        client.archive("exe_none")


def test_templates_are_listed_shown_and_generated(fake: Running, client: AgentClient):
    page = client.templates(category="utility")
    assert [template["id"] for template in page["templates"]] == ["adder"]
    assert client.template("adder")["variables"][1]["default"] == 2
    made = client.generate("adder", {"count": 3})
    assert client.get(made["execution_id"])["status"] == "passed"
    assert fake.engine.requests[2][1:] == (
        "/coding-agent/templates/adder/generate",
        {"variables": {"count": 3}},
    )


def test_a_template_s_id_can_not_lead_elsewhere(fake: Running, client: AgentClient):
    with pytest.raises(NotFound):
        client.template("../executions")
    assert fake.engine.requests[0][1] == "/coding-agent/templates/..%2Fexecutions"
