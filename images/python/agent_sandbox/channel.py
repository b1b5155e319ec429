"""The worker's line to the harness: one JSON object a line, each of which the harness checks."""

import json
import threading

from .wire import write_all


class Channel:
    """Writes whole lines, also from several threads."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._lock = threading.RLock()

    def send(self, t, /, **fields):
        """Send one message of the given kind."""
        line = json.dumps({"t": t, **fields}, separators=(",", ":")).encode("ascii") + b"\n"
        with self._lock:
            write_all(self._descriptor, line)
