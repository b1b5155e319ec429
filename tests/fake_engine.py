"""A scripted engine: speaks the REST interface over real HTTP on a unix socket or a port; judges nothing.

What a request becomes is chosen by words in it: ``fail``, ``partial``, ``hang`` (until cancelled), ``refuse``
(no template fits), ``network`` (passes, but connects somewhere), ``many`` (several files), ``evil`` (hostile
text), ``define`` (defines `answer`); anything else passes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tornado import httpserver, netutil, web

FINAL = {"passed", "failed", "partial", "cancelled"}
CODE = "def add(a, b):\n    return a + b\n"
RULE = {"pattern": None, "says": None, "min": None, "max": None, "choices": []}
TEMPLATE: dict[str, Any] = {
    "id": "adder",
    "origin": "built-in",
    "name": "Add things",
    "description": "Adds.",
    "category": "utility",
    "language": "python",
    "framework": "stdlib",
    "requirements": [],
    "usage_count": 3,
    "distinct": [],
    "files": ["solution.py"],
    "tests": ["test_solution.py"],
    "variables": [
        {"name": name, "type": kind, "items": "string", "description": f"The {name}.", "default": value}
        | {"example": None, "rule": RULE | rule}
        for name, kind, value, rule in [
            ("title", "string", None, {}),
            ("count", "integer", 2, {"min": 1, "max": 9}),
            ("share", "number", 0.5, {}),
            ("loud", "boolean", False, {}),
            ("names", "list", ["a", "b"], {}),
            ("kind", "choice", "sum", {"choices": ["sum", "mean"]}),
        ]
    ],
}
RECEIPT = {"code_sha256": "c0de" * 16, "key_id": "key-1", "signature": "s"}


def signals(passed: bool = True) -> dict[str, Any]:
    """Three signals; the tests as `passed`."""
    results = [
        {"id": "test_solution.py::test_adds", "outcome": "passed", "message": ""},
        {
            "id": "test_solution.py::test_more",
            "outcome": "passed" if passed else "failed",
            "message": "" if passed else "assert 3 == 4",
        },
    ]
    return {
        "tests": {"passed": passed, "results": results, "coverage_percent": 100.0, "reason": ""},
        "lint": {"passed": True, "findings": []},
        "security": {"passed": True, "findings": [], "risk_score": 0},
    }


class Engine:
    """The state: what was received, and what it came to."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, Any]] = []
        self.prompts: list[dict[str, Any]] = []
        self.executions: dict[str, dict[str, Any]] = {}
        self.events: dict[str, list[tuple[int, str, dict[str, Any]]]] = {}
        self.attempts: dict[str, list[dict[str, Any]]] = {}
        self.streams: list[str] = []
        self.drop_after: int | None = None
        """Close each stream after this many events, as a proxy or a dying engine does."""
        self.samples_welcome = False
        """Whether every model may see samples of data."""
        self.kernels: set[str] = set()
        """Kernel ids that this server, as a Jupyter server, knows."""
        self.token = ""
        self.health = {
            "status": "ok",
            "version": "0.1.0",
            "checks": {"storage": {"state": "ok", "sentence": "Fine.", "fix": None}},
        }
        self.damages: list[dict[str, Any]] = []
        """What POST /repair finds."""
        self.expired: dict[str, Any] = {"removed": {"executions": 2, "attempts": 3}, "problems": []}
        """What /cleanup says."""
        self.changed = asyncio.Event()
        self._last_event = 0

    def accept(self, body: dict[str, Any]) -> str:
        """Take a request in and script what becomes of it."""
        name = f"exe_{len(self.executions):032x}"
        self.prompts.append(body)
        prompt = body["prompt"]
        status = next((word for word in ("failed", "partial") if word[:4] in prompt), "passed")
        view = {
            "execution_id": name,
            "status": "running",
            "prompt": prompt,
            "language": "python",
            "attempt": None,
            "attempts": 0,
            "code": None,
            "files": None,
            "tests": None,
            "output": {},
            "effects": None,
            "quality_score": None,
            "quality_parts": [],
            "model": None,
            "cost": 0.0,
            "receipt": None,
            "explanation": "",
            "error": None,
            "created_at": "2026-01-01T00:00:00.000Z",
        }
        if body.get("fix"):
            view["changes"] = [self._change(body["fix"])]
        self.executions[name], self.attempts[name], self.events[name] = view, [], []
        self.emit(name, "queued", {"position": 0, "estimated_time_seconds": 1})
        self.emit(name, "started", {"start": 1})
        if "hang" in prompt:
            return name
        if "refuse" in prompt:
            self._refuse(name)
            return name
        self._attempt(name, status)
        self.emit(name, "completed", {"status": status, "attempt": 1, "quality_score": 9.0})
        return name

    def emit(self, name: str, kind: str, data: dict[str, Any]) -> None:
        """One more event."""
        self._last_event += 1
        self.events[name].append((self._last_event, kind, data))
        self.changed.set()
        self.changed = asyncio.Event()

    @staticmethod
    def _change(fix: dict[str, Any]) -> dict[str, Any]:
        """The cell that is to be mended, with ``1`` in place of each ``0``."""
        after = fix["cell"].replace("0", "1")
        diff = f"--- a/solution.py\n+++ b/solution.py\n@@ -1 +1 @@\n-{fix['cell']}\n+{after}\n"
        change = {"cell_id": fix["cell_id"], "name": fix["name"], "path": "solution.py"}
        return {**change, "before": fix["cell"], "after": after, "unified_diff": diff}

    def _refuse(self, name: str) -> None:
        fault = {"message": "No template fits <this> request.", "reason": "no_template_fits"}
        self.executions[name].update(status="failed", error=fault)
        self.emit(name, "error", fault)

    def _attempt(self, name: str, status: str) -> None:
        passed = status == "passed"
        view = self.executions[name]
        prompt = view["prompt"]
        files = {"solution.py": CODE}
        if "many" in prompt:
            files = {"app.py": CODE, "models.py": "x = 1\n"}
        if "evil" in prompt:
            files = {"solution.py": "print('</pre><script>alert(1)</script>')\n"}
        if "define" in prompt:
            files = {"solution.py": "answer = 42\n"}
        judged = signals(passed)
        attempt = {
            "number": 1,
            "files": files,
            "diff": "",
            "verdict": {"status": "passed" if passed else "failed", "signals": judged},
            "error_class": None if passed else "assertion",
            "error_message": None if passed else "assert 3 == 4",
            "fix_applied": None,
            "model": "templates/add",
            "cost_usd": 0.0,
        }
        self.emit(name, "code", {"attempt": 1, "files": 1, "lines": 2, "model": "templates/add"})
        for signal, found in judged.items():
            self.emit(name, "signal", {"attempt": 1, "signal": signal, "passed": found["passed"]})
        self.attempts[name] = [attempt, {**attempt, "number": 2}] if status == "partial" else [attempt]
        view.update(
            status=status,
            attempt=1,
            attempts=len(self.attempts[name]),
            code=files.get("solution.py"),
            files=files,
            tests={"test_solution.py": "def test_adds(): ...\n"},
            output={
                "stdout": "",
                "stderr": "",
                "test_results": judged["tests"],
                "lint_results": judged["lint"],
                "security_results": judged["security"],
            },
            effects={"imports": ["math"], "network": ["example.org"] if "network" in prompt else []},
            quality_score=9.0 if passed else 4.0,
            quality_parts=[{"name": "coverage", "points": 1, "reason": "coverage below 80 %"}],
            model="templates/add",
            receipt=RECEIPT if passed else None,
            explanation="All three signals passed." if passed else "test_more failed.",
        )

    def app(self, base_url: str = "") -> web.Application:
        """The application, below `base_url` as on a Jupyter server."""
        wired = {"engine": self}
        agent = rf"{base_url}/coding-agent"
        one = agent + r"/execute/([^/]+)"
        return web.Application(
            [
                (rf"{base_url}/api/kernels/([^/]+)", _Kernel, wired),
                (agent + r"/execute", _Execute, wired),
                (one, _View, wired),
                (one + r"/stream", _Stream, wired),
                (one + r"/attempts", _Attempts, wired),
                (one + r"/context", _Context, wired),
                (one + r"/diff", _Diff, wired),
                (one + r"/archive", _Archive, wired),
                (one + r"/cancel", _Cancel, wired),
                (one + r"/retry", _Retry, wired),
                (agent + r"/executions", _List, wired),
                (agent + r"/executions/([^/]+)/replay", _Replay, wired),
                (agent + r"/validate", _Validate, wired),
                (agent + r"/notebooks/prove", _Prove, wired),
                (agent + r"/health", _Health, wired),
                (agent + r"/models", _Models, wired),
                (agent + r"/templates", _Templates, wired),
                (agent + r"/templates/([^/]+)", _Template, wired),
                (agent + r"/templates/([^/]+)/generate", _Generate, wired),
                (agent + r"/repair", _Repair, wired),
                (agent + r"/cleanup", _Cleanup, wired),
                (agent + r"/limits", _Limits, wired),
                (agent + r"/receipts/verify", _Verify, wired),
                (agent + r"/security/scan", _Scan, wired),
                (agent + r"/security/scan/([^/]+)", _ScanOf, wired),
                (agent + r"/config", _Config, wired),
            ]
        )


class _Handler(web.RequestHandler):
    def initialize(self, engine: Engine) -> None:
        self.engine = engine

    def prepare(self) -> None:
        body = json.loads(self.request.body) if self.request.body else None
        self.engine.requests.append((self.request.method or "", self.request.path, body))
        if self.engine.token and self.request.headers.get("Authorization") != f"token {self.engine.token}":
            raise web.HTTPError(403)
        self.json = body

    def known(self, name: str) -> dict[str, Any]:
        if name not in self.engine.executions:
            raise web.HTTPError(404, "There is no such execution.")
        return self.engine.executions[name]

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs["exc_info"][1]
        message = getattr(error, "log_message", None) or self._reason
        reason = {404: "not_found", 400: "invalid_input", 409: "conflict"}.get(status_code, "internal_error")
        self.finish({"message": message, "reason": reason})


class _Kernel(_Handler):
    def get(self, kernel_id: str) -> None:
        if kernel_id not in self.engine.kernels:
            raise web.HTTPError(404)
        self.finish({"id": kernel_id})


class _Execute(_Handler):
    def post(self) -> None:
        if not self.json.get("prompt"):
            raise web.HTTPError(400, "The field 'prompt' is missing.")
        self.set_status(202)
        name = self.engine.accept(self.json)
        self.finish({"execution_id": name, "status": "queued", "estimated_time_seconds": 1})


class _View(_Handler):
    def get(self, name: str) -> None:
        self.finish(self.known(name))


class _Stream(_Handler):
    async def get(self, name: str) -> None:
        self.known(name)
        since = self.request.headers.get("Last-Event-ID", "0")
        self.engine.streams.append(since)
        self.set_header("Content-Type", "text/event-stream")
        self.write(b": stream\n\n")
        await self.flush()
        sent, last = 0, int(since)
        while True:
            changed = self.engine.changed
            for number, kind, data in list(self.engine.events[name]):
                if number <= last:
                    continue
                self.write(f"id: {number}\nevent: {kind}\ndata: {json.dumps(data)}\n\n")
                await self.flush()
                sent, last = sent + 1, number
                if self.engine.drop_after == sent:
                    return
            if self.engine.executions[name]["status"] in FINAL:
                return
            await changed.wait()


class _Attempts(_Handler):
    def get(self, name: str) -> None:
        self.known(name)
        self.finish({"execution_id": name, "attempts": self.engine.attempts[name]})


class _Context(_Handler):
    def get(self, name: str) -> None:
        body = self.engine.prompts[list(self.engine.executions).index(self.known(name)["execution_id"])]
        files = body.get("context_artifacts", [])
        about = {"execution_id": name, "prompt": body["prompt"], "context": body["context"]}
        self.finish(about | {"context_artifacts": files})


class _Diff(_Handler):
    def get(self, name: str) -> None:
        self.known(name)
        text = "--- a/solution.py\n+++ b/solution.py\n@@ -1 +1 @@\n-a < b\n+a > b\n"
        other = self.get_query_argument("with_execution", None)
        if other is not None:
            text = f"+{self.known(other)['prompt']}\n"
        self.finish({"unified_diff": text, "changes_summary": {"files": 1, "added": 1, "removed": 1}})


class _Archive(_Handler):
    def get(self, name: str) -> None:
        self.known(name)
        self.set_header("Content-Type", "application/zip")
        self.finish(b"PK\5\6" + bytes(18))


class _Cancel(_Handler):
    def post(self, name: str) -> None:
        view = self.known(name)
        if view["status"] in FINAL:
            raise web.HTTPError(409, "It has ended already.")
        view["status"] = "cancelled"
        self.engine.emit(name, "completed", {"status": "cancelled"})
        self.finish({"status": "cancelled"})


class _Retry(_Handler):
    def post(self, name: str) -> None:
        prompt = (self.json or {}).get("custom_prompt") or self.known(name)["prompt"]
        self.set_status(202)
        self.finish({"execution_id": self.engine.accept({"prompt": prompt}), "status": "queued"})


class _Replay(_Handler):
    def post(self, name: str) -> None:
        prompt = self.known(name)["prompt"]
        moved = {"what": "image", "message": "The image for python is another one than it was."}
        self.set_status(202)
        again = self.engine.accept({"prompt": prompt, "replay": self.json})
        self.finish({"new_execution_id": again, "differs": [moved] if "moved" in prompt else []})


FINDING = {
    "path": "solution.py",
    "line": 2,
    "severity": "high",
    "confidence": "high",
    "type": "B602",
    "message": "A <shell> is started.",
    "fix_suggestion": "Give a list of arguments.",
}


class _Scan(_Handler):
    def post(self) -> None:
        found = [dict(FINDING)] if "shell" in self.json["code"] else []
        report = {"risk_score": 8.0 if found else 0.0, "passed": not found, "scanned_at": "now"}
        self.finish({"vulnerabilities": found, **report})


class _ScanOf(_Handler):
    def get(self, name: str) -> None:
        self.known(name)
        self.finish({"vulnerabilities": [FINDING], "risk_score": 8.0, "passed": False, "scanned_at": "now"})


class _Config(_Handler):
    def get(self) -> None:
        def setting(name: str, value: object, source: str, variable: str | None = None) -> dict[str, Any]:
            more = {"default": None, "source": source, "variable": variable, "help": f"About {name}."}
            return {"name": name, "value": value, **more}

        settings = [
            setting("ModelSettings.llm_provider", ["groq/x"], "environment", "CODING_AGENT_LLM_PROVIDER"),
            setting("RunnerSettings.memory_mb", 2048, "configuration"),
            setting("RunnerSettings.warm_plain", 2, "default"),
        ]
        self.finish({"settings": settings, "secrets": {"GROQ_API_KEY": True, "OPENAI_API_KEY": False}})


class _List(_Handler):
    def get(self) -> None:
        status = self.get_query_argument("status", None)
        limit = int(self.get_query_argument("limit", "20"))
        rows = [row for row in reversed(self.engine.executions.values()) if status in (None, row["status"])]
        self.finish({"executions": rows[:limit], "total": len(rows), "page": 1})


class _Validate(_Handler):
    def post(self) -> None:
        source = "".join(self.json["files"].values())
        if "no engine" in source:
            self.set_status(503)
            self.finish(
                {"message": "No container engine answers. Start Docker.", "reason": "no_container_engine"}
            )
            return
        passed = "wrong" not in source
        status = ("passed" if self.json.get("tests") else "ran") if passed else "failed"
        if "unjudged" in source:
            status = "error"
        self.finish(
            {
                "status": status,
                "signals": signals(passed),
                "effects": {"imports": []},
                "quality_score": 10.0,
                "quality_parts": [],
                "duration_ms": 42.0,
                "isolation": None,
                "receipt": RECEIPT,
                "explanation": "It ran." if passed else "test_more failed.",
                "stdout": "",
                "stderr": "",
            }
        )


class _Prove(_Handler):
    """A cell with ``fail`` breaks, one with ``%`` is skipped; ``unjudged`` ends the stream with an error."""

    def post(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        cells = [self._cell(index, cell) for index, cell in enumerate(self.json["cells"])]
        if any("unjudged" in cell["source"] for cell in self.json["cells"]):
            self._send("error", {"message": "No engine for containers.", "reason": "no_container_engine"})
            return
        for cell in cells:
            self._send("cell", cell)
        breaks = next((cell["index"] for cell in cells if cell["status"] == "failed"), None)
        proposal = {
            "order": [*range(1, len(cells)), 0],
            "imports": [],
            "mended": True,
            "ran": [0],
            "breaks": None,
            "message": "In the proposed order, every cell ran.",
        }
        report = {
            "status": "ran" if breaks is None else "failed",
            "breaks": breaks,
            "explanation": "It was tried.",
            "cells": cells,
            "recorded_order": None,
            "proposal": proposal if breaks is not None else None,
            "effects": {},
            "isolation": None,
            "receipt": None,
            "duration_ms": 5,
        }
        self._send("completed", report)

    def _send(self, event: str, data: dict[str, Any]) -> None:
        self.write(f"id: 1\nevent: {event}\ndata: {json.dumps(data)}\n\n")

    def _cell(self, index: int, cell: dict[str, Any]) -> dict[str, Any]:
        failed = "fail" in cell["source"]
        error = {"type": "NameError", "message": "<b>fail</b>", "traceback": "", "line": 1}
        hidden = {"name": "fail", "message": "fail is defined nowhere.", "suggestion": "import fail"}
        return {
            "index": index,
            "id": cell.get("id"),
            "name": f"In [{index + 1}]",
            "execution_count": cell.get("execution_count"),
            "status": "failed" if failed else "skipped" if cell["source"].startswith("%") else "ran",
            "reason": "",
            "error": error if failed else None,
            "relies_on": [hidden] if failed else [],
            "lint": [],
            "security": [],
            "data": [],
        }


class _Health(_Handler):
    def get(self) -> None:
        self.finish(self.engine.health)


class _Repair(_Handler):
    def post(self) -> None:
        found = self.engine.damages
        self.finish({"sound": all(damage["mended"] for damage in found), "damages": found})


class _Models(_Handler):
    def get(self) -> None:
        model = {"model": "templates", "available": True, "reason": "built in", "local": True}
        self.finish({"tiers": [{"tier": "simple", "models": [model]}]})


class _Templates(_Handler):
    def get(self) -> None:
        problems = [{"template": "mine", "message": "mine: it has no template.yaml."}]
        self.finish({"templates": [TEMPLATE], "total": 1, "page": 1, "problems": problems})


class _Template(_Handler):
    def get(self, name: str) -> None:
        if name != TEMPLATE["id"]:
            raise web.HTTPError(404, "There is no such template.")
        self.finish(TEMPLATE)


class _Generate(_Handler):
    def post(self, name: str) -> None:
        execution = self.engine.accept({"prompt": name})
        self.finish({"template_id": name, "execution_id": execution, "files": {}, "tests": {}})


class _Cleanup(_Handler):
    def post(self) -> None:
        self.finish({"dry_run": self.json["dry_run"], **self.engine.expired})


class _Verify(_Handler):
    """Its receipt holds for its code."""

    def post(self) -> None:
        fresh = (self.json["receipt"], self.json["source"].rstrip()) == (RECEIPT, CODE.rstrip())
        state, reason = ("fresh", "Proved: passed.") if fresh else ("stale", "The code has changed.")
        self.finish({"valid": fresh, "state": state, "reason": reason})


class _Limits(_Handler):
    def get(self) -> None:
        self.finish(
            {
                "user": "local",
                "tier": "free",
                "executions_per_day": 100,
                "executions_used": 7,
                "posts_per_minute": None,
                "kept_days": 1,
                "kept_executions": 50,
                "allowed_models": None,
                "blocked_models": [],
                "samples_welcome": self.engine.samples_welcome,
                "blocked_imports": ["subprocess"],
                "allowed_outputs": ["snippet"],
                "security_scan_forced": True,
                "cost_per_execution_usd": 0.25,
                "cost_per_month_usd": 0.0,
            }
        )


class Running:
    """The fake, serving from a thread of its own."""

    def __init__(self, socket: Path | None = None, base_url: str = "", engine: Engine | None = None) -> None:
        self._socket = socket
        self._base_url = base_url
        self._given = engine
        self.engine: Engine
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self._ready.wait(10)

    def _serve(self) -> None:
        self._loop.run_until_complete(self._main())

    async def _main(self) -> None:
        self.engine = self._given or Engine()
        server = httpserver.HTTPServer(self.engine.app(self._base_url))
        if self._socket is not None:
            self._socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            server.add_socket(netutil.bind_unix_socket(str(self._socket), mode=0o600))
        else:
            (listener,) = netutil.bind_sockets(0, "127.0.0.1")
            self.port = listener.getsockname()[1]
            server.add_socket(listener)
        self._ready.set()
        await self._end.wait()
        server.stop()
        await server.close_all_connections()

    def stop(self) -> None:
        """End it as a killed engine ends: connections are cut."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join(10)
        if self._socket is not None:
            self._socket.unlink(missing_ok=True)


@contextlib.contextmanager
def running(
    socket: Path | None = None, base_url: str = "", engine: Engine | None = None
) -> Iterator[Running]:
    """A running fake, stopped at the end."""
    server = Running(socket, base_url, engine)
    try:
        yield server
    finally:
        server.stop()
