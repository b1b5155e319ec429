"""Which models could answer now, found out without asking them anything that costs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from .catalog import ModelInfo

FRESH_SECONDS = 30.0
PROBE_TIMEOUT_SECONDS = 2.0


class Reachability:
    """Whether a model is available and why not; probes of servers are kept for half a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, asyncio.Task[Any]]] = {}

    async def of(self, model: ModelInfo) -> tuple[bool, str]:
        """Available or not, and the reason in words."""
        if model.missing:
            return False, model.missing
        if model.api_base is None:
            return (
                True,
                "its key is set; not called to find out more" if model.api_key else "not called to find out",
            )
        ollama = model.provider.startswith("ollama")
        answer = await self._probe(model.api_base.rstrip("/") + ("/api/tags" if ollama else "/models"))
        if isinstance(answer, str):
            return False, f"no answer at {model.address}: {answer}"
        return _pulled(model, answer) if ollama else (True, f"a server answers at {model.address}")

    async def close(self) -> None:
        """Cancel what is under way."""
        tasks = [task for _, task in self._known.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _probe(self, url: str) -> Any:
        """The JSON at `url` (None where it is not JSON), or why there is none in words."""
        known = self._known.get(url)
        if known is None or self._clock() - known[0] > FRESH_SECONDS or known[1].cancelled():
            known = (self._clock(), asyncio.create_task(_get(url)))
            self._known[url] = known
        return await asyncio.shield(known[1])  # whoever asked first may go away


async def _get(url: str) -> Any:
    import httpx

    try:
        async with httpx.AsyncClient(timeout=PROBE_TIMEOUT_SECONDS) as client:
            response = await client.get(url)
    except httpx.ConnectError:
        return "connection refused"
    except httpx.TimeoutException:
        return f"nothing within {PROBE_TIMEOUT_SECONDS:g} s"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return str(error) or type(error).__name__
    try:
        return response.json()
    except ValueError:
        return None


def _pulled(model: ModelInfo, answer: Any) -> tuple[bool, str]:
    name = model.name.partition("/")[2]
    try:
        pulled = {entry["name"] for entry in answer["models"]}
    except (KeyError, TypeError):
        return False, f"what answers at {model.address} is not Ollama"
    if name in pulled or f"{name}:latest" in pulled:
        return True, "Ollama has it"
    return False, f"Ollama does not have it: run `ollama pull {name}`"
