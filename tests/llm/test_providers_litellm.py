"""Through the real litellm, against a real server that answers by script."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable

import pytest

from jupyter_coding_agent.llm.catalog import Catalog
from jupyter_coding_agent.llm.models import Message
from jupyter_coding_agent.llm.providers.base import (
    BadCredentials,
    ConnectionRefused,
    ContextTooLong,
    ProviderFailure,
    ProviderTimeout,
    RateLimited,
    Reply,
    RequestRejected,
    ServerFailure,
    UnusableReply,
)
from jupyter_coding_agent.llm.providers.litellm import LiteLLMProvider
from jupyter_coding_agent.llm.settings import ModelSettings
from tests import scripted_model
from tests.scripted_model import ScriptedModel

MESSAGES = [Message(role="system", content="Be brief."), Message(role="user", content="Say hello.")]

Ask = Callable[..., "asyncio.Future[Reply]"]


@pytest.fixture
async def ask() -> AsyncIterator[Ask]:
    """Asks a model at an address and closes what was opened."""
    opened: list[LiteLLMProvider] = []

    async def call(
        base: str, name: str = "openai/scripted", listener: Hearer | None = None, **settings: object
    ) -> Reply:
        chosen = ModelSettings(environ={}, api_base={name: base}, **settings)
        opened.append(LiteLLMProvider(chosen))
        model = Catalog(chosen, {}).describe(name)
        return await opened[-1].complete(model, MESSAGES, temperature=0.0, max_tokens=100, listener=listener)

    yield call
    for provider in opened:
        await provider.close()


async def test_a_reply_with_its_tokens(ask: Ask) -> None:
    with ScriptedModel([scripted_model.Reply("hello", usage=(12, 3))]) as model:
        reply = await ask(model.api_base)
    assert reply == Reply("hello", 12, 3, cost_usd=0.0, truncated=False, price_known=True)
    sent = model.requests[0]
    assert sent.path == "/v1/chat/completions"
    assert sent.body["model"] == "scripted"
    assert sent.messages == [message.model_dump() for message in MESSAGES]
    assert (sent.body["temperature"], sent.body["max_tokens"]) == (0.0, 100)
    assert sent.headers["authorization"] == "Bearer not-needed"


async def test_a_server_that_can_t_stream_is_asked_plainly(ask: Ask) -> None:
    with ScriptedModel(lambda _: "hello", streams=False) as model:
        assert (await ask(model.api_base)).text == "hello"
    assert [request.body.get("stream", False) for request in model.requests] == [True, False]


class Hearer:
    def __init__(self) -> None:
        self.parts: list[str] = []

    def begin(self) -> None:
        self.parts.append("|")

    def part(self, text: str) -> None:
        self.parts.append(text)


async def test_a_reply_is_heard_as_it_comes(ask: Ask) -> None:
    hearer, text = Hearer(), "one two three " * 1000
    with ScriptedModel([text]) as model:
        reply = await ask(model.api_base, listener=hearer)
    assert "".join(hearer.parts) == reply.text == text
    assert len(hearer.parts) > 1


async def test_a_truncated_reply_says_so(ask: Ask) -> None:
    with ScriptedModel([scripted_model.truncated("hel")]) as model:
        reply = await ask(model.api_base)
    assert (reply.text, reply.truncated) == ("hel", True)


async def test_the_price_is_reckoned(ask: Ask) -> None:
    with ScriptedModel([scripted_model.Reply("hello", usage=(1_000_000, 500_000))]) as model:
        reply = await ask(model.api_base, prices={"openai/scripted": [2.0, 8.0]})
    assert reply.cost_usd == 6.0


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (scripted_model.rate_limited(7), RateLimited, "too many requests"),
        (scripted_model.server_error(), ServerFailure, "the model fell over"),
        (scripted_model.server_error(503), ServerFailure, "the model fell over"),
        (scripted_model.html(), UnusableReply, "not a chat completion"),
        (scripted_model.html(502), ServerFailure, "a web page"),
        (scripted_model.Reply(body="{nope"), UnusableReply, "not a chat completion"),
        (scripted_model.Reply(""), UnusableReply, "empty"),
        (scripted_model.Reply(" \n"), UnusableReply, "empty"),
        (scripted_model.Reply("<!DOCTYPE html><html></html>"), UnusableReply, "a web page"),
        (scripted_model.megabyte(), UnusableReply, "longer than"),
        (scripted_model.too_long(), ContextTooLong, "maximum context length"),
        (scripted_model.Reply(status=400, error={"message": "bad option"}), RequestRejected, "bad option"),
        (scripted_model.Reply(status=401, error={"message": "bad key"}), BadCredentials, "bad key"),
        (scripted_model.Reply(status=402, error={"message": "no credit"}), BadCredentials, "no credit"),
        (scripted_model.Reply(status=403, error={"message": "not yours"}), BadCredentials, "not yours"),
        (
            scripted_model.Reply(status=404, error={"message": "no such model"}),
            RequestRejected,
            "no such model",
        ),
        (scripted_model.Reply(status=422, error={"message": "bad shape"}), RequestRejected, "422"),
        (scripted_model.Reply(behaviour="drop"), ServerFailure, "failed"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
@pytest.mark.parametrize("streams", [True, False], ids=["streams", "plain"])
async def test_every_fault_is_a_failure_of_its_kind(
    ask: Ask, answer: scripted_model.Reply, kind: type[ProviderFailure], says: str, streams: bool
) -> None:
    with ScriptedModel(lambda _: answer, streams=streams) as model, pytest.raises(ProviderFailure) as caught:
        await ask(model.api_base)
    assert type(caught.value) is kind
    assert says in caught.value.message


async def test_retry_after_comes_through(ask: Ask) -> None:
    with ScriptedModel([scripted_model.rate_limited(7)]) as model, pytest.raises(RateLimited) as caught:
        await ask(model.api_base)
    assert caught.value.retry_after == 7
    assert len(model.requests) == 1


async def test_a_long_reply_is_given_up_while_it_comes_and_its_cost_counted(ask: Ask) -> None:
    with ScriptedModel([scripted_model.megabyte()]) as model, pytest.raises(UnusableReply) as caught:
        await ask(model.api_base, max_reply_bytes=10_000, prices={"openai/scripted": [0.0, 4.0]})
    given_up_at = caught.value.billed / 4.0 * 1e6 * 4
    assert 10_000 < given_up_at < 20_000


async def test_a_model_that_refuses_is_known_without_loading_litellm(ask: Ask) -> None:
    with scripted_model.refusing() as base, pytest.raises(ConnectionRefused, match="nothing listens at"):
        await ask(base)


async def test_an_address_that_is_none_is_nobody_s(ask: Ask) -> None:
    with pytest.raises(ConnectionRefused, match="nothing listens at http://localhost:99999"):
        await ask("http://localhost:99999")


@pytest.mark.parametrize("behaviour", [scripted_model.hang(), scripted_model.stall("half of it")])
async def test_a_model_that_hangs_is_left_after_the_timeout(
    ask: Ask, behaviour: scripted_model.Reply
) -> None:
    with ScriptedModel([behaviour]) as model, pytest.raises(ProviderTimeout):
        await ask(model.api_base, request_timeout_seconds=0.5)


async def test_cancelling_leaves_a_hanging_model_at_once(ask: Ask) -> None:
    with ScriptedModel([scripted_model.hang()]) as model:
        task = asyncio.ensure_future(ask(model.api_base))
        await asyncio.to_thread(model.wait_for_requests, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_ollama_is_asked_by_its_chat_endpoint(ask: Ask) -> None:
    with ScriptedModel([scripted_model.Reply("hello", usage=(12, 3))]) as model:
        reply = await ask(model.root, "ollama/qwen2.5-coder:7b", ollama_context_tokens=4096)
    assert reply == Reply("hello", 12, 3)
    sent = model.requests[0]
    assert (sent.path, sent.body["model"]) == ("/api/chat", "qwen2.5-coder:7b")
    assert (sent.body["options"]["num_ctx"], sent.body["options"]["num_predict"]) == (4096, 100)


async def test_closing_leaves_no_task_behind(ask: Ask) -> None:
    settings = ModelSettings(environ={})
    provider = LiteLLMProvider(settings)
    with ScriptedModel(["hello"]) as model:
        info = Catalog(settings, {"OPENAI_BASE_URL": model.api_base}).describe("openai/scripted")
        await provider.complete(info, MESSAGES, temperature=0.0, max_tokens=5)
    await provider.close()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:  # litellm's bookkeeping of the call just made may take a few turns more
        _, left = await asyncio.wait(left, timeout=10)
    assert left == set()


def test_the_room_loads_neither_litellm_nor_httpx() -> None:
    code = (
        "import sys, jupyter_coding_agent.llm.service, jupyter_coding_agent.llm.handlers\n"
        "print(sorted({'litellm', 'openai', 'httpx', 'torch', 'docker'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_dead_ollama_is_found_without_loading_litellm() -> None:
    code = """
import asyncio, sys
from jupyter_coding_agent.llm.service import ModelService
from jupyter_coding_agent.llm.settings import ModelSettings
from jupyter_coding_agent.core.errors import NoTemplateFits
from tests.llm.fakes import FakeLibrary, request
from tests.scripted_model import refusing

async def main():
    with refusing() as base:
        settings = ModelSettings(environ={"OLLAMA_BASE_URL": base.removesuffix("/v1")})
        service = ModelService(settings, FakeLibrary(), environ={})
        try:
            await service.complete(request())
        except NoTemplateFits:
            print(sorted({"litellm", "openai"} & sys.modules.keys()))

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
