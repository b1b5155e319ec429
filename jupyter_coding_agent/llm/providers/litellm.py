"""Every real model, by litellm, which only this module imports: late, and in a thread: it takes seconds."""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import Any
from urllib.parse import urlsplit

from ..catalog import ModelInfo
from ..models import Listener, Message
from ..settings import ModelSettings
from .base import ConnectionRefused, ProviderFailure, ProviderTimeout, Reply, RequestRejected, UnusableReply
from .litellm_errors import failure_of
from .prices import price_of


class LiteLLMProvider:
    """Calls one model once. Retries and failover are the router's business."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._litellm: Any = None

    async def complete(
        self,
        model: ModelInfo,
        messages: list[Message],
        *,
        temperature: float,
        max_tokens: int,
        listener: Listener | None = None,
    ) -> Reply:
        """The model's answer, read as it comes and given up once it is too long. Raises ProviderFailure."""
        # Whoever has no model server should not pay for loading litellm to learn that.
        if model.local and model.api_base:
            await self._connect(model.api_base, model.address)
        if self._litellm is None:
            self._litellm = await asyncio.to_thread(_load)
        arguments = self._arguments(model, messages, temperature, max_tokens)
        timeout = self._settings.request_timeout_seconds
        try:
            async with asyncio.timeout(timeout):
                return await self._answer(model, arguments, listener)
        except TimeoutError as error:
            raise ProviderTimeout(f"no complete answer within {timeout:g} s") from error

    async def close(self) -> None:
        """Close litellm's connections and stop its worker."""
        if self._litellm is not None:
            await self._litellm.close_litellm_async_clients()
            await _logging_worker(self._litellm).stop()

    async def _connect(self, api_base: str, shown: str) -> None:
        """Connect and hang up. Raises ConnectionRefused."""
        url = urlsplit(api_base)
        try:
            port = url.port or (443 if url.scheme == "https" else 80)
            async with asyncio.timeout(self._settings.connect_timeout_seconds):
                _, writer = await asyncio.open_connection(url.hostname, port)
        except (OSError, TimeoutError, ValueError) as error:
            raise ConnectionRefused(f"nothing listens at {shown}") from error
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    def _arguments(
        self, model: ModelInfo, messages: list[Message], temperature: float, max_tokens: int
    ) -> dict[str, Any]:
        import httpx

        settings = self._settings
        arguments: dict[str, Any] = {
            "model": model.name,
            "messages": [message.model_dump() for message in messages],
            "temperature": temperature,
            "max_tokens": max_tokens,
            "timeout": httpx.Timeout(
                settings.request_timeout_seconds, connect=settings.connect_timeout_seconds
            ),
            "num_retries": 0,
            "max_retries": 0,
            "api_base": model.api_base,
            "api_key": model.api_key,
        }
        if model.provider in ("ollama", "ollama_chat"):
            # Ollama's chat endpoint applies the model's template; litellm's plain "ollama" makes up a prompt.
            arguments["model"] = "ollama_chat/" + model.name.partition("/")[2]
            arguments["num_ctx"] = settings.ollama_context_tokens
        return {name: value for name, value in arguments.items() if value is not None}

    async def _answer(self, model: ModelInfo, arguments: dict[str, Any], listener: Listener | None) -> Reply:
        try:
            text, finish, usage = await self._streamed(model, arguments, listener)
            if not text and not usage:
                # Not one event: a server that can't stream, or no model server. Asking plainly tells which.
                response = await self._litellm.acompletion(**arguments)
                choice = response.choices[0]
                text, finish, usage = choice.message.content or "", choice.finish_reason, response.usage
        except ProviderFailure:
            raise
        except Exception as error:
            raise failure_of(error, secret=model.api_key) from error
        return self._judged(model, text, finish, usage)

    async def _streamed(
        self, model: ModelInfo, arguments: dict[str, Any], listener: Listener | None
    ) -> tuple[str, str | None, Any]:
        stream = await self._litellm.acompletion(
            **arguments, stream=True, stream_options={"include_usage": True}
        )
        if stream is None:  # litellm's answer where the server says 422 also to a second, plainer request
            raise RequestRejected("the provider rejected the request: 422 Unprocessable Entity")
        parts: list[str] = []
        size, finish, usage = 0, None, None
        try:
            async for chunk in stream:
                usage = getattr(chunk, "usage", None) or usage
                for choice in chunk.choices[:1]:
                    finish = choice.finish_reason or finish
                    part = choice.delta.content or ""
                    parts.append(part)
                    if listener is not None and part:
                        listener.part(part)
                    size += len(part.encode(errors="replace"))
                if size > self._settings.max_reply_bytes:
                    raise self._too_long(model, arguments, size)
        finally:
            with contextlib.suppress(Exception):  # closing a connection that broke is no further fault
                await stream.aclose()
        return "".join(parts), finish, usage

    def _judged(self, model: ModelInfo, text: str, finish: str | None, usage: Any) -> Reply:
        input_tokens = getattr(usage, "prompt_tokens", 0) or 0
        output_tokens = getattr(usage, "completion_tokens", 0) or 0
        price = self._price(model)
        cost = price.cost(input_tokens, output_tokens) if price else 0.0
        if len(text.encode(errors="replace")) > self._settings.max_reply_bytes:
            raise UnusableReply(self._limit_sentence(), billed=cost)
        if not text.strip():
            raise UnusableReply("the reply was empty", billed=cost)
        if text.lstrip()[:15].lower().startswith(("<!doctype", "<html")):
            raise UnusableReply("the reply was a web page", billed=cost)
        truncated = finish == "length"
        return Reply(text, input_tokens, output_tokens, cost, truncated, price_known=price is not None)

    def _too_long(self, model: ModelInfo, arguments: dict[str, Any], size: int) -> UnusableReply:
        """The failure of a reply given up on: its usage never came, so a token is taken as four bytes."""
        price = self._price(model)
        sent = sum(len(message["content"]) for message in arguments["messages"])
        return UnusableReply(
            self._limit_sentence(), billed=price.cost(sent // 4, size // 4) if price else 0.0
        )

    def _limit_sentence(self) -> str:
        return f"the reply was longer than {self._settings.max_reply_bytes} bytes"

    def _price(self, model: ModelInfo) -> Any:
        return price_of(model.name, local=model.local, overrides=self._settings.prices)


def _load() -> Any:
    """Import litellm so that it calls nobody, prints nothing and reads no file of the working directory."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")  # or older releases load a .env file
    os.environ.setdefault("LITELLM_LOG", "ERROR")
    import litellm

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.drop_params = True
    litellm.num_retries = 0
    # httpx closes its connections with the client; the aiohttp transport complains about them at exit.
    litellm.disable_aiohttp_transport = True
    # The first call imports and builds a good deal more, which would hold up the event loop.
    litellm.completion(model="openai/warm-up", messages=[{"role": "user", "content": ""}], mock_response="ok")
    return litellm


def _logging_worker(litellm: Any) -> Any:
    from litellm.litellm_core_utils.logging_worker import GLOBAL_LOGGING_WORKER

    return GLOBAL_LOGGING_WORKER
