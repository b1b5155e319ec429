"""The scripted server itself, as its users rely on it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.scripted_model import Reply, ScriptedModel, hang, refusing

ASKED = {"model": "scripted", "messages": [{"role": "user", "content": "hi there"}]}


def test_replies_come_in_order_and_the_end_is_loud() -> None:
    with ScriptedModel(["one", Reply(status=429, retry_after=3)]) as model:
        answers = [httpx.post(f"{model.api_base}/chat/completions", json=ASKED) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 429, 500]
    assert answers[0].json()["choices"][0]["message"]["content"] == "one"
    assert answers[0].json()["usage"]["prompt_tokens"] == 2
    assert answers[1].headers["retry-after"] == "3"
    assert "ends after 2" in answers[2].text
    assert [request.text for request in model.requests] == ["hi there"] * 3


def test_a_function_answers_by_the_request() -> None:
    with ScriptedModel(lambda request: request.text.upper()) as model:
        answer = httpx.post(f"{model.api_base}/chat/completions", json=ASKED)
    assert answer.json()["choices"][0]["message"]["content"] == "HI THERE"


def test_whoever_hangs_can_be_released() -> None:
    with ScriptedModel([hang()], after_request=lambda _: model.release()) as model:
        assert httpx.post(f"{model.api_base}/chat/completions", json=ASKED).status_code == 503


def test_waiting_for_a_request_that_never_comes_fails() -> None:
    with ScriptedModel([]) as model, pytest.raises(TimeoutError, match="0 of 1"):
        model.wait_for_requests(1, timeout=0.01)


def test_a_refusing_address_refuses() -> None:
    with refusing() as base, pytest.raises(httpx.ConnectError):
        httpx.post(f"{base}/chat/completions", json=ASKED)


def test_it_runs_on_its_own(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps(["one", {"text": "tw", "finish_reason": "length"}]))
    command = [sys.executable, str(Path(__file__).with_name("scripted_model.py")), str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base = process.stdout.readline().strip()
        answers = [httpx.post(f"{base}/chat/completions", json=ASKED).json() for _ in range(2)]
        process.terminate()
    assert [answer["choices"][0]["message"]["content"] for answer in answers] == ["one", "tw"]
    assert answers[1]["choices"][0]["finish_reason"] == "length"
