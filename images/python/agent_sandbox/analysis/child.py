"""A process of its own for one request: whatever a file does to a parser ends no more than this."""

import os
import resource
import signal
import sys
import time

from .. import users, wire

MAX_RESULT_BYTES = 128 * 1024 * 1024
MEMORY_BYTES = 2 * 1024**3
_RESULT_FD = 3
_CHUNK = 1024 * 1024


class Child:
    """A forked process that takes one request and gives one result frame.

    With `rehearse` it first works on something small: that copies the pages that every request touches
    before there is a request that has to wait for it. Raises OSError where no process can be started.
    """

    def __init__(self, work, rehearse=None):
        request_read, self._request = os.pipe()
        self.result_fd, result_write = os.pipe()
        try:
            self._pid = os.fork()
        except OSError:
            for descriptor in (request_read, self._request, self.result_fd, result_write):
                os.close(descriptor)
            raise
        if self._pid == 0:
            _run(request_read, result_write, work, rehearse)
        os.close(request_read)
        os.close(result_write)
        self.identifier = None
        self.deadline = None
        self._parts = []
        self._size = 0
        self._stopped = None

    def begin(self, request, timeout):
        """Give it its request. Raises OSError where the process is gone."""
        self.identifier = request.get("id")
        self.deadline = time.monotonic() + timeout
        wire.write_all(self._request, wire.pack({"timeout": timeout, "request": request}))

    def read(self):
        """Take a part of its result; False at the end."""
        data = os.read(self.result_fd, _CHUNK)
        self._parts.append(data)
        self._size += len(data)
        if self._size > MAX_RESULT_BYTES:
            self.stop("crash", f"Its result is over {MAX_RESULT_BYTES} bytes.")
            self._parts.clear()
        return bool(data)

    def stop(self, reason, detail):
        """Kill it; the first reason counts."""
        if self._stopped is None:
            self._stopped = (reason, detail)
            self.deadline = None
            users.kill(self._pid)

    def finish(self):
        """Reap it, and return the frame that answers the request."""
        os.close(self._request)
        os.close(self.result_fd)
        _, status = os.waitpid(self._pid, 0)
        if self._stopped is None and status == 0:
            return b"".join(self._parts)
        reason, detail = self._stopped or ("crash", _crash(os.waitstatus_to_exitcode(status)))
        return wire.pack({"t": "error", "id": self.identifier, "reason": reason, "detail": detail})


def _run(request_fd, result_fd, work, rehearse):
    """What the process does; never returns."""
    status = 1
    try:
        _settle(request_fd, result_fd)
        if rehearse is not None:
            rehearse()
        order = wire.read_frame(0)
        if order is not None:
            seconds = int(order["timeout"]) + 2
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            begin = time.perf_counter()
            analysis = work(order["request"])
            analysis["duration_ms"] = round((time.perf_counter() - begin) * 1000, 3)
            answer = {"t": "result", "id": order["request"].get("id"), "analysis": analysis}
            wire.write_all(_RESULT_FD, wire.pack(answer))
        status = 0
    except BaseException as error:
        print(f"analysis: {type(error).__name__}: {str(error)[:500]}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


def _settle(request_fd, result_fd):
    """Keep the two pipes, let go of the host's channel and of every right."""
    os.dup2(request_fd, 0)
    os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
    if result_fd != _RESULT_FD:
        os.dup2(result_fd, _RESULT_FD)
    os.closerange(_RESULT_FD + 1, 1024)
    users.become_agent()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _crash(code):
    if code < 0:
        return f"The static tools were ended by {signal.Signals(-code).name} on these files."
    return "The static tools failed on these files."
