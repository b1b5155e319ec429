"""Serves requests concurrently, one forked child each, with a deadline and a way to cancel."""

import os
import resource
import select
import signal
import sys
import time
from collections import deque

from .. import users, wire

MAX_CHILDREN = 16
MAX_RESULT_BYTES = 128 * 1024 * 1024
MEMORY_BYTES = 2 * 1024**3
DEFAULT_TIMEOUT = 60
_CHUNK = 1024 * 1024


class _Child:
    """A request that is being worked on."""

    def __init__(self, identifier, pid, deadline):
        self.identifier = identifier
        self.pid = pid
        self.deadline = deadline
        self.parts = []
        self.size = 0
        self.stopped = None


class Server:
    """`work(request) -> analysis dict` runs in the children."""

    def __init__(self, host_in, host_out, work):
        self._in = host_in
        self._out = host_out
        self._work = work
        self._buffer = bytearray()
        self._waiting = deque()
        self._children = {}

    def send(self, message):
        """Send one frame to the host."""
        wire.write_all(self._out, wire.pack(message))

    def serve(self):
        """Until the host closes the channel."""
        poll = select.poll()
        poll.register(self._in, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll(self._until_next_deadline()):
                if descriptor == self._in:
                    if not self._read_requests():
                        users.kill_everything()
                        return
                elif not self._read_result(descriptor):
                    poll.unregister(descriptor)
                    self._finish(descriptor)
            self._stop_late_ones()
            while self._waiting and len(self._children) < MAX_CHILDREN:
                descriptor = self._start(self._waiting.popleft())
                if descriptor is not None:
                    poll.register(descriptor, select.POLLIN)

    def _until_next_deadline(self):
        deadlines = [child.deadline for child in self._children.values() if child.stopped is None]
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
                self._stop(child, "cancelled", "It was cancelled.")
        waiting = [request for request in self._waiting if request.get("id") == identifier]
        for request in waiting:
            self._waiting.remove(request)
            self._error(identifier, "cancelled", "It was cancelled.")

    def _start(self, request):
        identifier = request.get("id")
        timeout = float(request.get("timeout") or DEFAULT_TIMEOUT)
        read, write = os.pipe()
        try:
            pid = os.fork()
        except OSError as error:
            os.close(read)
            os.close(write)
            self._error(identifier, "crash", f"No process could be started for it: {error.strerror}.")
            return None
        if pid == 0:
            self._child(request, write, timeout)
        os.close(write)
        self._children[read] = _Child(identifier, pid, time.monotonic() + timeout)
        return read

    def _child(self, request, write, timeout):
        """Never returns."""
        status = 1
        try:
            nothing = os.open("/dev/null", os.O_RDWR)
            for descriptor in (0, 1):
                os.dup2(nothing, descriptor)
            users.become_agent()
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            resource.setrlimit(resource.RLIMIT_CPU, (int(timeout) + 2, int(timeout) + 2))
            begin = time.perf_counter()
            analysis = self._work(request)
            analysis["duration_ms"] = round((time.perf_counter() - begin) * 1000, 3)
            wire.write_all(write, wire.pack({"t": "result", "id": request.get("id"), "analysis": analysis}))
            status = 0
        except BaseException as error:
            print(f"analysis: {type(error).__name__}: {str(error)[:500]}", file=sys.stderr, flush=True)
        finally:
            os._exit(status)

    def _read_result(self, descriptor):
        data = os.read(descriptor, _CHUNK)
        child = self._children[descriptor]
        child.parts.append(data)
        child.size += len(data)
        if child.size > MAX_RESULT_BYTES:
            self._stop(child, "crash", f"Its result is over {MAX_RESULT_BYTES} bytes.")
            child.parts.clear()
        return bool(data)

    def _finish(self, descriptor):
        os.close(descriptor)
        child = self._children.pop(descriptor)
        _, status = os.waitpid(child.pid, 0)
        if child.stopped is not None:
            self._error(child.identifier, *child.stopped)
        elif status == 0:
            wire.write_all(self._out, b"".join(child.parts))
        else:
            self._error(child.identifier, "crash", _crash(os.waitstatus_to_exitcode(status)))

    def _stop_late_ones(self):
        now = time.monotonic()
        for child in self._children.values():
            if child.deadline <= now:
                self._stop(child, "timeout", "The static tools did not end in time.")

    def _stop(self, child, reason, detail):
        if child.stopped is None:
            child.stopped = (reason, detail)
            users.kill(child.pid)

    def _error(self, identifier, reason, detail):
        self.send({"t": "error", "id": identifier, "reason": reason, "detail": detail})


def _crash(code):
    if code < 0:
        return f"The static tools were ended by {signal.Signals(-code).name} on these files."
    return "The static tools failed on these files."
