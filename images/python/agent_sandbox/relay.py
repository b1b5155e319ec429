"""From the worker to the host: only well-formed lines, and capped output."""

import json

from . import wire

MAX_LINE_BYTES = 4 * 1024 * 1024
MAX_TOTAL_BYTES = 32 * 1024 * 1024
MAX_MESSAGES = 20_000
MAX_ERRORS = 100
MAX_DATA_FINDINGS = 50

_OUTCOMES = frozenset(("passed", "failed", "skipped", "xfailed", "xpassed", "error"))
_KINDS = frozenset(
    ("read", "write", "delete", "network", "process", "environment", "import", "open_resource")
)
_DATA_KINDS = frozenset(
    (
        "row_count",
        "missing_values",
        "object_dtype",
        "empty_plot",
        "failed_install",
        "chained_assignment",
        "leakage",
    )
)


class Stream:
    """One of the worker's output streams. Beyond `output_bytes` it is counted and dropped."""

    def __init__(self, name, send, limits):
        self._name = name
        self._send = send
        self._room = limits["output_bytes"]
        self._kill_at = limits["output_kill_bytes"]
        self._seen = 0
        self.dropped = 0

    @property
    def over(self):
        """Whether it printed so much that the run has to be ended."""
        return self._seen > self._kill_at

    def feed(self, data):
        """Take what was read from the pipe."""
        self._seen += len(data)
        kept = data[: self._room]
        self.dropped += len(data) - len(kept)
        self._room -= len(kept)
        if kept:
            self._send({"t": "output", "stream": self._name, "data": wire.encode(kept)})


class Lines:
    """The worker's messages. Whatever is too long, too much or not as agreed is dropped."""

    def __init__(self, send, paths):
        self._send = send
        self._paths = paths
        self._buffer = bytearray()
        self._skipping = False
        self._total = 0
        self._messages = 0
        self._ids = None
        self._errors = []
        self._data_findings = 0
        self.done = False
        self.status = None
        """The exit status that the worker announced as it was done."""

    def feed(self, data):
        """Take what was read from the pipe."""
        self._total += len(data)
        if self._total > MAX_TOTAL_BYTES or self.done:
            return
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            if not self._skipping:
                self._line(line)
            self._skipping = False
        if len(self._buffer) > MAX_LINE_BYTES:
            self._buffer.clear()
            self._skipping = True

    def finish(self):
        """Send what waits for the end: collection errors where collection itself did not end."""
        if self._ids is None:
            self._collected([])

    def _line(self, line):
        if len(line) > MAX_LINE_BYTES or self._messages >= MAX_MESSAGES:
            return
        self._messages += 1
        try:
            message = json.loads(line)
            handler = getattr(self, "_on_" + message["t"], None)
            if handler is not None:
                handler(message)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return

    def _collected(self, ids):
        self._ids = ids
        self._send({"t": "collected", "ids": ids, "errors": self._errors})

    def _on_done(self, message):
        status = message["status"]
        self.status = status if type(status) is int and 0 <= status <= 255 else None
        self.done = True

    def _on_collection_error(self, message):
        if len(self._errors) < MAX_ERRORS:
            self._errors.append(_text(message["text"], 8000))

    def _on_collected(self, message):
        if self._ids is None:
            self._collected([_text(name, 1000) for name in message["ids"][:10_000]])

    def _on_report(self, message):
        outcome = message["outcome"]
        if outcome not in _OUTCOMES:
            return
        self._send(
            {
                "t": "report",
                "id": _text(message["id"], 1000),
                "outcome": outcome,
                "duration_ms": _number(message["duration_ms"]),
                "message": _text(message["message"], 1000),
                "traceback": _text(message["traceback"], 10_000),
                "locals": {
                    _text(name, 200): _text(text, 400) for name, text in list(message["locals"].items())[:50]
                },
                "answers": [_text(answer, 80_000) for answer in message["answers"][:100]],
            }
        )

    def _on_cell_begins(self, message):
        self._send({"t": "cell_begins", "number": natural(message["number"])})

    def _on_cell_ends(self, message):
        error = message["error"]
        if error is not None:
            error = {
                "type": _text(error["type"], 200),
                "message": _text(error["message"], 1000),
                "traceback": _text(error["traceback"], 10_000),
                "line": None if error["line"] is None else natural(error["line"]),
                "missing": _text(error["missing"], 200),
            }
        self._send(
            {
                "t": "cell_ends",
                "number": natural(message["number"]),
                "error": error,
                "stdout": _text(message["stdout"], 4000),
                "stdout_cut": message["stdout_cut"] is True,
                "left_out": [_text(line, 200) for line in message["left_out"][:20]],
                "duration_ms": _number(message["duration_ms"]),
            }
        )

    def _on_lines(self, message):
        path = message["path"]
        if path in self._paths:
            lines = sorted({line for line in message["lines"] if type(line) is int and 0 < line < 10**7})
            self._send({"t": "lines", "path": path, "lines": lines})

    def _on_mutant(self, message):
        self._send(
            {
                "t": "mutant",
                "number": natural(message["number"]),
                "failed": [_text(name, 1000) for name in message["failed"][:20]],
                "message": _text(message["message"], 1000),
                "answers": {
                    _text(name, 1000): [_text(answer, 80_000) for answer in answers[:100]]
                    for name, answers in list(message["answers"].items())[:1000]
                },
                "steps": natural(message["steps"]),
                "cut": message["cut"] is True,
                "died": message["died"] is True,
                "outputs": _text(message["outputs"], 64),
                "duration_ms": _number(message["duration_ms"]),
            }
        )

    def _on_effect(self, message):
        if message["kind"] not in _KINDS:
            return
        path, line = message["path"], message["line"]
        self._send(
            {
                "t": "effect",
                "kind": message["kind"],
                "target": _text(message["target"], 500),
                "path": None if path is None else _text(path, 500),
                "line": line if type(line) is int else None,
                "seen": "run",
            }
        )

    def _on_data_finding(self, message):
        kind, path, line = message["kind"], message["path"], message["line"]
        known = kind in _DATA_KINDS and path in self._paths and type(line) is int and 0 < line < 10**7
        if not known or self._data_findings >= MAX_DATA_FINDINGS:
            return
        text = _text(message["message"], 300)
        self._data_findings += 1
        self._send({"t": "data_finding", "kind": kind, "message": text, "path": path, "line": line})


def _text(value, limit):
    """A string that UTF-8 can carry. Raises TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError
    return value[:limit].encode("utf-8", "replace").decode("utf-8")


def natural(value):
    """A natural number. Raises ValueError for anything else."""
    if type(value) is not int or not 0 <= value < 10**15:
        raise ValueError
    return value


def _number(value):
    """Milliseconds that JSON can carry; what is none counts as 0."""
    return float(value) if type(value) in (int, float) and 0 <= value < 1e9 else 0.0
