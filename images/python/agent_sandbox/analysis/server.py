"""Serves requests concurrently, one forked child each, with a deadline and a way to cancel."""

import os
import select
import time
from collections import deque

from .. import users, wire
from .child import Child

MAX_CHILDREN = 16
DEFAULT_TIMEOUT = 60
_CHUNK = 1024 * 1024


class Server:
    """`work(request) -> analysis dict` runs in the children; `rehearse()` readies one that stands by."""

    def __init__(self, host_in, host_out, work, rehearse):
        self._in = host_in
        self._out = host_out
        self._work = work
        self._rehearse = rehearse
        self._buffer = bytearray()
        self._waiting = deque()
        self._children = {}
        self._standby = None

    def send(self, message):
        """Send one frame to the host."""
        wire.write_all(self._out, wire.pack(message))

    def serve(self):
        """Until the host closes the channel."""
        poll = select.poll()
        poll.register(self._in, select.POLLIN)
        while True:
            if not self._children and self._standby is None:
                self._stand_by()
            for descriptor, _ in poll.poll(self._until_next_deadline()):
                if descriptor == self._in:
                    if not self._read_requests():
                        users.kill_everything()
                        return
                elif not self._children[descriptor].read():
                    poll.unregister(descriptor)
                    wire.write_all(self._out, self._children.pop(descriptor).finish())
            self._stop_late_ones()
            while self._waiting and len(self._children) < MAX_CHILDREN:
                child = self._start(self._waiting.popleft())
                if child is not None:
                    self._children[child.result_fd] = child
                    poll.register(child.result_fd, select.POLLIN)

    def _until_next_deadline(self):
        deadlines = [child.deadline for child in self._children.values() if child.deadline is not None]
        return max(0, min(deadlines) - time.monotonic()) * 1000 if deadlines else None

    def _read_requests(self):
        data = os.read(self._in, _CHUNK)
        self._buffer += data
        while len(self._buffer) >= 4:
            size = int.from_bytes(self._buffer[:4], "big")
            if size > wire.MAX_FRAME_BYTES:
                return False
            if len(self._buffer) < 4 + size:
                break
            body = bytes(self._buffer[4 : 4 + size])
            del self._buffer[: 4 + size]
            self._request(wire.unpack(body))
        return bool(data)

    def _request(self, request):
        if request.get("op") == "cancel":
            self._cancel(request.get("id"))
        else:
            self._waiting.append(request)

    def _cancel(self, identifier):
        for child in self._children.values():
            if child.identifier == identifier:
                child.stop("cancelled", "It was cancelled.")
        for request in [request for request in self._waiting if request.get("id") == identifier]:
            self._waiting.remove(request)
            self._error(identifier, "cancelled", "It was cancelled.")

    def _stand_by(self):
        try:
            self._standby = Child(self._work, self._rehearse)
        except OSError:
            # The next request starts its own, or says why it can't.
            self._standby = None

    def _start(self, request):
        """The child that works on the request; None where it had to be answered with an error."""
        timeout = float(request.get("timeout") or DEFAULT_TIMEOUT)
        child, self._standby = self._standby, None
        if child is not None:
            try:
                child.begin(request, timeout)
                return child
            except OSError:
                child.finish()
        try:
            child = Child(self._work)
            child.begin(request, timeout)
        except OSError as error:
            self._error(request.get("id"), "crash", f"No process could be started for it: {error.strerror}.")
            return None
        return child

    def _stop_late_ones(self):
        now = time.monotonic()
        for child in self._children.values():
            if child.deadline is not None and child.deadline <= now:
                child.stop("timeout", "The static tools did not end in time.")

    def _error(self, identifier, reason, detail):
        self.send({"t": "error", "id": identifier, "reason": reason, "detail": detail})
