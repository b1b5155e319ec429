"""A notebook's page that passes a kernel's requests on, as the JupyterLab extension does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import httpx


class FakePage:
    """A comm whose other end asks the engine at `url`; its answers come on a thread, one at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._answer: Callable[[dict[str, Any]], None] | None = None
        self._gone: Callable[[dict[str, Any]], None] | None = None
        self.asked: list[str] = []
        self.stopped = threading.Event()
        self.silent = False

    def on_msg(self, callback: Callable[[dict[str, Any]], None]) -> None:
        self._answer = callback

    def on_close(self, callback: Callable[[dict[str, Any]], None]) -> None:
        self._gone = callback

    def send(self, data: dict[str, Any]) -> None:
        if data.get("stop"):
            self.stopped.set()
        elif not self.silent:
            self.asked.append(f"{data['method']} {data['path']}")
            threading.Thread(target=self._pass_on, args=(data,), daemon=True).start()

    def close(self) -> None:
        assert self._gone is not None
        self._gone({})

    def tell(self, **data: Any) -> None:
        assert self._answer is not None
        self._answer({"content": {"data": data}})

    def _pass_on(self, data: dict[str, Any]) -> None:
        headers = {"Last-Event-ID": data["last_event_id"]} if data["last_event_id"] else {}
        url = f"{self._url}/coding-agent{data['path']}"
        with httpx.stream(data["method"], url, json=data["body"], headers=headers, timeout=30) as response:
            self.tell(id=data["id"], status=response.status_code, headers={"content-type": "any"})
            for text in response.iter_text():
                self.tell(id=data["id"], text=text)
            self.tell(id=data["id"], end=True)
