"""Drives real containers of the Python image over the wire, as the runner does."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from dataclasses import dataclass, field
from typing import Any

from jupyter_coding_agent.runner.models import Limits

TAG = "coding-agent-python:dev"

HARDENED = [
    "--rm", "--interactive", "--init", "--user=0:0", "--cap-drop=ALL", "--cap-add=SETUID", "--cap-add=SETGID",
    "--security-opt=no-new-privileges", "--read-only", "--network=none", "--log-driver=none", "--cpus=1",
]  # fmt: skip


def b64(files: dict[str, str | bytes]) -> dict[str, str]:
    """Files as the wire carries them."""
    return {
        path: base64.b64encode(content.encode() if isinstance(content, str) else content).decode()
        for path, content in files.items()
    }


class Container:
    """One attached container."""

    def __init__(self, *command: str, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        options = [
            f"--memory={limits.memory_mb}m",
            f"--memory-swap={limits.memory_mb}m",
            f"--pids-limit={limits.pids}",
            f"--tmpfs=/work:rw,exec,nosuid,nodev,mode=1777,size={limits.workspace_mb}m",
            "--tmpfs=/tmp:rw,exec,nosuid,nodev,mode=1777,size=64m",
        ]
        self.process = subprocess.Popen(
            ["docker", "run", *HARDENED, *options, TAG, "python3", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.ready = self.receive()

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        self.process.stdin.write(len(body).to_bytes(4, "big") + body)
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        head = self.process.stdout.read(4)
        if len(head) < 4:
            raise EOFError(self.process.stderr.read().decode())
        return json.loads(self.process.stdout.read(int.from_bytes(head, "big")))

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.stderr.close()
        self.process.wait(timeout=30)


@dataclass
class Run:
    """What came back from one job."""

    exit: dict[str, Any] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    effects: list[dict[str, Any]] = field(default_factory=list)
    data_findings: list[dict[str, Any]] = field(default_factory=list)
    output: dict[str, bytes] = field(default_factory=lambda: {"stdout": b"", "stderr": b""})
    dropped: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    diagnostics: bytes = b""
    """What the harness itself wrote to its stderr."""
    seconds: float = 0

    @property
    def outcomes(self) -> dict[str, str]:
        return {name.partition("::")[2]: report["outcome"] for name, report in self.reports.items()}

    def take(self, frame: dict[str, Any]) -> None:
        match frame.pop("t"):
            case "collected":
                self.ids, self.errors = frame["ids"], frame["errors"]
            case "report":
                self.reports[frame["id"]] = frame
            case "lines":
                self.lines[frame["path"]] = frame["lines"]
            case "effect":
                self.effects.append(frame)
            case "data_finding":
                self.data_findings.append(frame)
            case "output":
                self.output[frame["stream"]] += base64.b64decode(frame["data"])
            case "dropped":
                self.dropped = frame["bytes"]
            case "file":
                self.files[frame["path"]] = base64.b64decode(frame["content"])
            case "refused":
                self.refused.append(frame["sentence"])
            case "exit":
                self.exit = frame


def run_tests(
    code: str | dict[str, str | bytes],
    tests: str | dict[str, str | bytes],
    *,
    data: dict[str, str | bytes] | None = None,
    collect: list[str] | None = None,
    conftest: bool = False,
    cell: str | None = None,
    flavor: str = "plain",
    limits: Limits | None = None,
    notebook: dict[str, Any] | None = None,
) -> Run:
    """Run one job in a fresh container of its own."""
    files = {"solution.py": code} if isinstance(code, str) else code
    laid = {"test_solution.py": tests} if isinstance(tests, str) else tests
    limits = limits or Limits(timeout_seconds=20)
    container = Container("/opt/agent/test_server.py", "--flavor", flavor, limits=limits)
    run = Run()
    begin = time.perf_counter()
    try:
        container.send(
            {
                "op": "run",
                "files": b64(files),
                "tests": b64(laid),
                "data": b64(data or {}),
                "collect": list(laid) if collect is None else collect,
                "conftest": conftest,
                "cell": cell,
                "notebook": notebook,
                "limits": limits.model_dump(),
            }
        )
        while (frame := container.receive())["t"] != "end":
            run.take(frame)
    finally:
        run.seconds = time.perf_counter() - begin
        run.diagnostics = container.process.stderr.read()
        container.close()
    return run


class Analysis:
    """The analysis container, kept for many requests."""

    def __init__(self) -> None:
        self.container = Container("/opt/agent/analysis_server.py")
        self._number = 0

    def ask(
        self, files: dict[str, str | bytes], op: str = "analyze", timeout: float = 20, **fields: Any
    ) -> dict[str, Any]:
        """Send one request and return the reply's frame."""
        number = self.submit(files, op, timeout, **fields)
        reply = self.container.receive()
        assert reply["id"] == number
        return reply

    def submit(self, files: dict[str, str | bytes], op: str, timeout: float, **fields: Any) -> int:
        """Send one request without waiting; returns its id."""
        self._number += 1
        self.container.send({"id": self._number, "op": op, "files": b64(files), "timeout": timeout, **fields})
        return self._number

    def analyze(self, source: str | bytes, **fields: Any) -> dict[str, Any]:
        """Analyze one file, solution.py."""
        return self.ask({"solution.py": source}, **fields)["analysis"]
