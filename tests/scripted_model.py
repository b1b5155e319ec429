"""A model that says what a script tells it, over real HTTP: OpenAI's chat-completions protocol, and Ollama's.

In a test::

    with ScriptedModel(["first reply", Reply(status=429, retry_after=2), hang()]) as model:
        ...  # litellm model "openai/scripted" with api_base=model.api_base
        model.requests[0].messages

Standalone, as the model of a real Jupyter: ``python tests/scripted_model.py script.json --port 8901`` where
the script is a JSON list of strings (replies) and objects (fields of `Reply`).
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, Self

Behaviour = Literal["answer", "hang", "stall", "drop"]


@dataclass(frozen=True)
class Reply:
    """One scripted answer.

    `behaviour`: ``answer``; ``hang`` accepts the request and says nothing until released; ``stall`` streams
    the text and then says nothing until released; ``drop`` closes the connection without an answer.
    """

    text: str = ""
    status: int = 200
    retry_after: str | float | None = None
    error: dict[str, Any] | None = None
    """The ``error`` object of an answer whose status is not 200."""
    body: str | None = None
    """Sent as it is, instead of the protocol's JSON, with `content_type`."""
    content_type: str = "application/json"
    finish_reason: str = "stop"
    usage: tuple[int, int] | None = None
    """Prompt and completion tokens; counted in words where not given."""
    reports_usage: bool = True
    behaviour: Behaviour = "answer"


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation."""
        return list(self.body.get("messages", []))

    @property
    def text(self) -> str:
        """All of the conversation's words."""
        return "\n".join(str(message.get("content", "")) for message in self.messages)


Script = Sequence[str | Reply] | Callable[[Request], str | Reply]


def hang() -> Reply:
    """Accept the request and say nothing until released."""
    return Reply(behaviour="hang")


def stall(text: str) -> Reply:
    """Stream `text`, then say nothing until released."""
    return Reply(text, behaviour="stall")


def rate_limited(retry_after: str | float | None = None) -> Reply:
    """429."""
    return Reply(
        status=429, retry_after=retry_after, error={"message": "too many requests", "type": "requests"}
    )


def server_error(status: int = 500) -> Reply:
    """5xx."""
    return Reply(status=status, error={"message": "the model fell over", "type": "server_error"})


def html(status: int = 200) -> Reply:
    """A web page where an answer should be."""
    page = "<!DOCTYPE html><html><body><h1>Welcome to the hotel's Wi-Fi</h1></body></html>"
    return Reply(status=status, body=page, content_type="text/html")


def megabyte() -> Reply:
    """An answer of a mebibyte."""
    return Reply("all work and no play \n" * (2**20 // 22 + 1))


def truncated(text: str) -> Reply:
    """An answer cut off by the token limit."""
    return Reply(text, finish_reason="length")


def too_long() -> Reply:
    """The prompt does not fit in the model's context."""
    error = {"message": "This model's maximum context length is 8 tokens", "type": "invalid_request_error"}
    return Reply(status=400, error={**error, "code": "context_length_exceeded"})


@contextmanager
def refusing() -> Iterator[str]:
    """The address of a server that refuses every connection: the port is held, but nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/v1"


class ScriptedModel:
    """A local server that answers by script and remembers what it was asked.

    A list is answered in order and then with 500; a function is called with each request. `streams=False`
    makes a server that ignores ``stream``, as some do. Leaving the context releases whoever hangs and stops
    the server.
    """

    def __init__(
        self,
        script: Script,
        *,
        port: int = 0,
        streams: bool = True,
        models: Sequence[str] = ("scripted",),
        after_request: Callable[[Request], None] | None = None,
    ) -> None:
        self.requests: list[Request] = []
        self.streams = streams
        self.models = list(models)
        self._script = script
        self._after_request = after_request
        self._arrived = threading.Condition()
        self._released = threading.Event()
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def root(self) -> str:
        """The server's address: what Ollama's clients want."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def environ(self) -> dict[str, str]:
        """What makes an engine ask this model and no other."""
        return {
            "CODING_AGENT_LLM_PROVIDER": "openai/scripted",
            "OPENAI_BASE_URL": self.api_base,
            "OPENAI_API_KEY": "none",
        }

    @property
    def api_base(self) -> str:
        """The address that OpenAI's clients want."""
        return f"{self.root}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def release(self) -> None:
        """Let every hanging request go: it is answered with 503."""
        self._released.set()

    def wait_for_requests(self, count: int, timeout: float = 30) -> None:
        """Block until `count` requests have arrived. Raises TimeoutError. Async tests call it in a thread."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.requests) >= count, timeout):
                raise TimeoutError(f"{len(self.requests)} of {count} requests arrived within {timeout} s")

    def wait_for_release(self) -> None:
        """Block as long as the script wants hanging requests to hang."""
        self._released.wait()

    def answer(self, request: Request) -> Reply:
        """The script's answer to `request`, which is remembered."""
        with self._arrived:
            number = len(self.requests)
            self.requests.append(request)
            self._arrived.notify_all()
        if self._after_request is not None:
            self._after_request(request)
        if callable(self._script):
            reply = self._script(request)
        elif number < len(self._script):
            reply = self._script[number]
        else:
            reply = Reply(status=500, error={"message": f"the script ends after {len(self._script)} replies"})
        return Reply(reply) if isinstance(reply, str) else reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], model: ScriptedModel) -> None:
        super().__init__(address, _Handler)
        self.model = model

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away (a cancelled call) is no error of the server's."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # the end of the answer is the end of the connection
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Tests want no access log."""

    def do_GET(self) -> None:
        """The list of models, as both protocols have it."""
        names = self.server.model.models
        if self.path == "/api/tags":
            self._send(200, "application/json", json.dumps({"models": [{"name": name} for name in names]}))
        elif self.path == "/v1/models":
            listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in names]}
            self._send(200, "application/json", json.dumps(listed))
        else:
            self._send(404, "application/json", json.dumps({"error": {"message": "no such path"}}))

    def do_POST(self) -> None:
        """A completion."""
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(
            self.path, {name.lower(): value for name, value in self.headers.items()}, json.loads(raw)
        )
        reply = self.server.model.answer(request)
        if reply.behaviour == "hang":
            self.server.model.wait_for_release()
            reply = server_error(503)
        if reply.behaviour == "drop":
            return
        if reply.body is not None or reply.status != 200:
            body = (
                reply.body
                if reply.body is not None
                else json.dumps({"error": reply.error or {"message": reply.text}})
            )
            self._send(reply.status, reply.content_type, body, reply.retry_after)
        elif self.path == "/api/chat":
            self._ollama(request, reply)
        elif request.body.get("stream") and self.server.model.streams:
            self._openai_stream(request, reply)
        else:
            self._send(200, "application/json", json.dumps(_completion(request, reply)))

    def _send(
        self, status: int, content_type: str, body: str, retry_after: str | float | None = None
    ) -> None:
        encoded = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(encoded)))
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        self.wfile.write(encoded)

    def _openai_stream(self, request: Request, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        common = {
            "id": "chatcmpl-scripted",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "scripted",
        }

        def chunk(choices: list[dict[str, Any]], **more: Any) -> None:
            self._write_line("data: " + json.dumps({**common, "choices": choices, **more}) + "\n")

        chunk([{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}])
        for piece in _pieces(reply.text):
            chunk([{"index": 0, "delta": {"content": piece}, "finish_reason": None}])
        if reply.behaviour == "stall":
            self.server.model.wait_for_release()
            return
        chunk([{"index": 0, "delta": {}, "finish_reason": reply.finish_reason}])
        if reply.reports_usage and request.body.get("stream_options", {}).get("include_usage"):
            chunk([], usage=_usage(request, reply))
        self._write_line("data: [DONE]\n")

    def _ollama(self, request: Request, reply: Reply) -> None:
        usage = _usage(request, reply)
        last = {"done_reason": reply.finish_reason, "done": True, "prompt_eval_count": usage["prompt_tokens"]}
        last["eval_count"] = usage["completion_tokens"]
        pieces = list(_pieces(reply.text)) if request.body.get("stream", True) else [reply.text]
        common = {"model": request.body.get("model"), "created_at": "2026-01-01T00:00:00Z"}
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        for piece in pieces[:-1]:
            self._write_line(
                json.dumps({**common, "message": {"role": "assistant", "content": piece}, "done": False})
            )
        final = pieces[-1] if pieces else ""
        self._write_line(json.dumps({**common, "message": {"role": "assistant", "content": final}, **last}))

    def _write_line(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\n")
        self.wfile.flush()


def _pieces(text: str, size: int = 4096) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def _usage(request: Request, reply: Reply) -> dict[str, int]:
    prompt, completion = reply.usage or (len(request.text.split()), len(reply.text.split()))
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _completion(request: Request, reply: Reply) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.text}
    body: dict[str, Any] = {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish_reason}],
    }
    if reply.reports_usage:
        body["usage"] = _usage(request, reply)
    return body


def load_script(path: Path) -> list[str | Reply]:
    """A JSON list of strings and objects (fields of `Reply`)."""
    items = json.loads(path.read_text())
    if not isinstance(items, list):
        raise SystemExit(f"{path}: the script must be a JSON list.")
    return [item if isinstance(item, str) else Reply(**item) for item in items]


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve a script until interrupted; prints the address as its first line."""
    parser = argparse.ArgumentParser(description="An OpenAI-compatible server that answers by script.")
    parser.add_argument("script", type=Path, help="JSON list of replies")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args(arguments)

    def log(request: Request) -> None:
        print(f"{request.path}: {len(request.text)} characters", flush=True)

    with ScriptedModel(load_script(options.script), port=options.port, after_request=log) as model:
        print(model.api_base, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("stopped", flush=True)


if __name__ == "__main__":
    main()
