"""The worker's line to the harness: one JSON object a line, each of which the harness checks."""

import json
import os
import threading

from .wire import write_all


class Channel:
    """Writes whole lines, also from several threads."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._renew_lock()
        # Another thread may hold it in the moment when the code forks.
        os.register_at_fork(after_in_child=self._renew_lock)

    def _renew_lock(self):
        self._lock = threading.RLock()

    def redirect(self, descriptor):
        """From now on write to another descriptor, in this process only."""
        os.dup2(descriptor, self._descriptor)

    def send(self, t, /, **fields):
        """Send one message of the given kind."""
        line = json.dumps({"t": t, **fields}, separators=(",", ":")).encode("ascii") + b"\n"
        with self._lock:
            write_all(self._descriptor, line)
