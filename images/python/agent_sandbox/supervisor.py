"""Watching the worker from outside: relays its lines and output, checked and capped, and ends it."""

import os
import select
import signal
import time

from . import cgroup, relay, thumbnails, users, wire
from .workspace import Collector

_DRAIN_SECONDS = 2.0
_CHUNK = 256 * 1024


class Supervisor:
    """Forks the worker, feeds it one job and speaks to the host about it."""

    def __init__(self, host_fd):
        self._host_fd = host_fd
        self._worker = 0
        self._status = None
        self._job_fd = -1
        self._pipes = {}
        self._wake = -1

    def send(self, message):
        """Send one frame to the host."""
        wire.write_all(self._host_fd, wire.pack(message))

    def fork_worker(self, run):
        """Start the worker and wait until it stands paused. Returns False where it died on the way."""
        wake, waker = os.pipe()
        os.set_blocking(waker, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        (job_read, job_write), (report_read, report_write) = os.pipe(), os.pipe()
        with users.acting_as_agent():
            # The agent owns them, so that it can open /dev/stdout and /dev/stderr.
            (out_read, out_write), (err_read, err_write) = os.pipe(), os.pipe()
        self._worker = os.fork()
        if self._worker == 0:
            for descriptor in (wake, waker, job_write, report_read, out_read, err_read):
                os.close(descriptor)
            run(lambda: _receive(job_read), report_write, out_write, err_write)
        for descriptor in (job_read, report_write, out_write, err_write):
            os.close(descriptor)
        self._wake = wake
        self._job_fd = job_write
        self._pipes = {report_read: "report", out_read: "stdout", err_read: "stderr"}
        return os.read(report_read, _CHUNK) == b'{"t":"paused"}\n'

    def abandon(self):
        """End without a job: the host is gone."""
        users.kill_everything()

    def run(self, job, problem):
        """Run the job to its end and report everything, whatever happens."""
        if problem is not None:
            self._end({"reason": "infrastructure", "code": None, "detail": problem}, None, [])
            return
        limits = job["limits"]
        oom_kills = cgroup.oom_kills()
        names = {"files": sorted(job["files"]), "tests": sorted(job["tests"])}
        message = {**names, "collect": job["collect"], "conftest": job["conftest"], "cell": job["cell"]}
        message["notebook"] = job.get("notebook")
        if job["op"] == "mutate":
            message |= {"changes": job["changes"], "most": job["most"]}
        elif job["op"] == "notebook":
            message |= {"cells": job["cells"]}
        os.set_blocking(self._job_fd, True)
        wire.write_all(self._job_fd, wire.pack(message))
        cells = {cell["name"] for cell in job.get("cells", ())}
        lines = relay.Lines(self.send, {*job["files"], *cells})
        streams = {name: relay.Stream(name, self.send, limits) for name in ("stdout", "stderr")}
        deadline = time.monotonic() + limits["timeout_seconds"]
        cause = self._watch(lines, streams, deadline)
        users.kill_everything()
        self._reap()
        self._drain(lines, streams)
        if lines.done:
            # It has said so itself: killed on its way out is no failure.
            self._status = lines.status
        ending = _ending(cause, self._status, lines.done, cgroup.oom_kills() > oom_kills, limits)
        collector = Collector(limits, {*job["files"], *job["tests"], *job["data"]})
        # Pictures matter where tests ran; a run that was cut short has no time left.
        wanted = 0 if job["op"] != "run" or cause else limits["thumbnail_count"]
        self._end(ending, collector, streams.values(), wanted, deadline)

    def _watch(self, lines, streams, deadline):
        """Relay until the worker is done or dead; returns why it must be stopped, or None."""
        poll = select.poll()
        for descriptor in (self._wake, *self._pipes):
            poll.register(descriptor, select.POLLIN)
        poll.register(0, select.POLLHUP)
        while self._status is None and not lines.done:
            left = deadline - time.monotonic()
            if left <= 0:
                return "timeout"
            for descriptor, _ in poll.poll(left * 1000):
                if descriptor == self._wake:
                    self._reaped_now(descriptor)
                elif descriptor == 0:
                    return "cancelled"
                elif not self._relay(descriptor, lines, streams):
                    poll.unregister(descriptor)
            if any(stream.over for stream in streams.values()):
                return "output_limit"
        return None

    def _reaped_now(self, wake):
        os.read(wake, 4096)
        pid, status = os.waitpid(self._worker, os.WNOHANG)
        if pid:
            self._status = os.waitstatus_to_exitcode(status)

    def _relay(self, descriptor, lines, streams):
        data = os.read(descriptor, _CHUNK)
        name = self._pipes[descriptor]
        (lines if name == "report" else streams[name]).feed(data)
        return bool(data)

    def _reap(self):
        """The worker was killed, or has said that it is done and is on its way out."""
        if self._status is None:
            _, status = os.waitpid(self._worker, 0)
            self._status = os.waitstatus_to_exitcode(status)

    def _drain(self, lines, streams):
        """Read what the pipes still hold; every writer is dead, so this ends."""
        deadline = time.monotonic() + _DRAIN_SECONDS
        for descriptor in self._pipes:
            os.set_blocking(descriptor, False)
            try:
                while time.monotonic() < deadline and self._relay(descriptor, lines, streams):
                    pass
            except BlockingIOError:
                continue
        lines.finish()

    def _end(self, ending, collector, streams, thumbnails_wanted=0, deadline=0.0):
        dropped = sum(stream.dropped for stream in streams)
        if dropped:
            self.send({"t": "dropped", "bytes": dropped})
        pictures = []
        if collector is not None:
            with users.acting_as_agent():
                for path, content in collector.files():
                    self.send({"t": "file", "path": path, "content": wire.encode(content)})
                    if len(pictures) < thumbnails_wanted and thumbnails.is_picture(path):
                        pictures.append((path, content))
            for sentence in collector.refused:
                self.send({"t": "refused", "sentence": sentence})
        for path, content in thumbnails.made(pictures, deadline):
            self.send({"t": "thumbnail", "path": path, "content": wire.encode(content)})
        self.send({"t": "exit", **ending})
        self.send({"t": "end"})


def _receive(descriptor):
    os.set_blocking(descriptor, True)
    job = wire.read_frame(descriptor)
    os.close(descriptor)
    return job


def _ending(cause, status, done, oom_killed, limits):
    if cause == "timeout":
        detail = f"It did not end within {limits['timeout_seconds']:g} seconds."
    elif cause == "output_limit":
        detail = f"It printed more than {limits['output_kill_bytes']} bytes."
    elif cause == "cancelled":
        detail = "The host closed the channel."
    elif done:
        cause, detail = "finished", ""
    elif oom_killed:
        cause, detail = "memory_limit", f"It needed more than {limits['memory_mb']} MiB of memory."
    else:
        cause, detail = "died", _death(status)
    return {"reason": cause, "code": status, "detail": detail}


def _death(status):
    if status < 0:
        return f"The process was ended by {signal.Signals(-status).name} before the tests were through."
    return f"The process exited with status {status} before the tests were through."
