"""A challenge of the tests: in a paused session, one child process for each change of the code, in turn.

The parent never executes the job's code. A child goes on as the session that it is, with the changed source
in the file's place, and tells the parent what a run tells the harness.
"""

import ast
import contextlib
import os
import random
import select
import shutil
import signal
import time

from . import notebook, relay, sources
from .nearby import numbers_in
from .observer import Observer
from .workspace import ROOT

# How much longer than the unchanged code a change may take before it counts as noticed.
STEPS_FACTOR, STEPS_ADDED = 10, 200_000
TIME_FACTOR, CPU_LEAST, WALL_LEAST = 10, 0.3, 0.6
# How long looking beside the tests' inputs may take.
BESIDE_FACTOR, BESIDE_LEAST = 0.3, 0.02

_CHUNK = 256 * 1024
# What the code does to the world and no value shows.
_UNSEEN = frozenset(("write", "delete", "network", "process"))


class Challenge:
    """The trials of one job. Results go to the channel, the unchanged code's first, as number 0."""

    def __init__(self, channel, job):
        self._channel = channel
        self._changes = job["changes"]
        self._most = job["most"]
        self._files = job["files"]
        self._numbers = [number for path in job["files"] for number in numbers_in(f"{ROOT}/{path}")]
        self._laid_out = _entries()

    def run(self):
        """Returns in the children only, with the observer that each has to start."""
        baseline = Trial(self._files)
        observer = self._try(baseline, None, None)
        if observer is not None:
            return observer
        for path, lines in baseline.executed.items():
            self._channel.send("lines", path=path, lines=sorted(lines))
        self._send(0, baseline, baseline)
        ran = 0
        for number, change in enumerate(self._changes if baseline.passed_all else (), 1):
            if ran == self._most:
                break
            content = self._content(change, baseline)
            if content is None:
                continue
            trial = Trial(self._files, baseline)
            observer = self._try(trial, baseline, (change["path"], content))
            if observer is not None:
                return observer
            self._send(number, trial, baseline)
            ran += 1
        self._channel.send("done", status=0)
        os._exit(0)

    def _content(self, change, baseline):
        """The changed source; None where its lines did not run or it is no Python."""
        lines = range(change["first_line"], change["last_line"] + 1)
        if baseline.executed.get(change["path"], frozenset()).isdisjoint(lines):
            return None
        path = f"{ROOT}/{change['path']}"
        original = sources.read(path)
        content = original[: change["start"]] + change["text"].encode() + original[change["end"] :]
        try:
            compile(notebook.to_python(content), path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return content

    def _try(self, trial, baseline, change):
        """Run the session in a child. Returns None in the parent, when it is over."""
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            return self._become_child(write, baseline, change)
        os.close(write)
        with contextlib.suppress(OSError):
            os.setpgid(child, child)
        try:
            trial.watch(read)
        finally:
            os.close(read)
            _kill(child)
        trial.ended(*os.wait4(child, 0)[1:])
        self._clean()
        return None

    def _become_child(self, write, baseline, change):
        os.setpgid(0, 0)
        self._channel.redirect(write)
        os.close(write)
        nothing = os.open("/dev/null", os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        os.close(nothing)
        # A fork seeds it anew, and two runs of the same code should do the same.
        random.seed(0)
        if change is None:
            return Observer(self._channel, self._numbers)
        sources.change(f"{ROOT}/{change[0]}", change[1])
        signal.setitimer(signal.ITIMER_PROF, _longest(baseline.cpu_seconds, CPU_LEAST))
        limit = max(baseline.steps * STEPS_FACTOR, baseline.steps + STEPS_ADDED)
        return Observer(self._channel, self._numbers, limit, baseline.replays)

    def _clean(self):
        """Remove what a trial left in the workspace: the next one must not find it."""
        for name in _entries() - self._laid_out:
            path = f"{ROOT}/{name}"
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    os.unlink(path)

    def _send(self, number, trial, baseline):
        answers = trial.answers
        if trial is not baseline:
            answers = {name: found for name, found in answers.items() if found != baseline.answers.get(name)}
        self._channel.send(
            "mutant",
            number=number,
            failed=trial.failed,
            message=trial.message,
            answers=answers,
            steps=trial.steps,
            cut=trial.cut,
            died=trial.died,
            outputs=trial.outputs,
            duration_ms=round(trial.seconds * 1000, 3),
        )


class Trial:
    """What one child said until it was over: at its end, at the first failure, or at a limit."""

    def __init__(self, paths, baseline=None):
        self._lines = _Lines(self._take, frozenset(paths))
        self._baseline = baseline
        self._began = time.monotonic()
        self._passed = set()
        self._through = False
        self._unseen = False
        self.failed = []
        self.message = ""
        self.answers = {}
        self.executed = {}
        self.steps = 0
        self.outputs = ""
        self.replays = 0
        self.cut = False
        self.died = False
        self.seconds = self.cpu_seconds = 0.0

    @property
    def passed_all(self):
        """Did every test pass, and some test run?"""
        return bool(self._passed) and not (self.failed or self.died or self.cut)

    def watch(self, descriptor):
        """Listen until nothing more has to be known."""
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        while not (self._lines.done or self.cut or self._is_noticed):
            left = self._deadline - time.monotonic()
            if left <= 0:
                self.cut = True
            elif poll.poll(min(left, 3600) * 1000):
                data = os.read(descriptor, _CHUNK)
                if not data:
                    break
                self._lines.feed(data)
        if not self._through:
            self.seconds = time.monotonic() - self._began

    def ended(self, status, usage):
        """Take how the process ended, and conclude."""
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
            self.cut = True
        self.cpu_seconds = self.cpu_seconds or usage.ru_utime + usage.ru_stime
        if self._through:
            # The tests had their end: what happened afterwards says no more than that something differs.
            self._conclude()
        elif not (self.cut or self._is_noticed):
            self.died = True

    def _conclude(self):
        wanted = self.replays if self._baseline is None else self._baseline.replays
        if self._unseen or self.replays != wanted:
            self.outputs, self.replays = "", 0
        self.cut = False
        if self._baseline is not None and not self.failed:
            self.failed = sorted(self._baseline._passed - self._passed)[:20]

    @property
    def _is_noticed(self):
        # The unchanged code's tests are all run: whoever reads it wants to know every one that fails.
        return bool(self.failed) and self._baseline is not None

    @property
    def _deadline(self):
        """When it must be over: the unchanged code has no limit but the run's own, looking beside it has."""
        if self._baseline is not None:
            return self._began + _longest(self._baseline.seconds, WALL_LEAST)
        if self._through:
            return self._began + self.seconds + max(self.seconds * BESIDE_FACTOR, BESIDE_LEAST)
        return float("inf")

    def _take(self, message):
        getattr(self, "_on_" + message["t"])(message)

    def _on_collected(self, message):
        for error in message["errors"]:
            self._fail(error.partition(":")[0], error)

    def _on_report(self, message):
        if message["outcome"] in ("failed", "error"):
            self._fail(message["id"], message["message"])
        elif message["outcome"] == "passed":
            self._passed.add(message["id"])
        if message["answers"]:
            self.answers[message["id"]] = message["answers"]

    def _fail(self, name, message):
        self.failed.append(name)
        self.message = self.message or message

    def _on_lines(self, message):
        self.executed[message["path"]] = frozenset(message["lines"])

    def _on_effect(self, message):
        self._unseen = self._unseen or message["kind"] in _UNSEEN

    def _on_observed(self, message):
        if not self._through:
            self._through = True
            self.steps = message["steps"]
            self.seconds = time.monotonic() - self._began
        self.outputs, self.replays = message["outputs"], message["replays"]

    def _on_cut(self, _message):
        self.cut = True


class _Lines(relay.Lines):
    """A child's lines: those of a run, and what its observer says."""

    _on_mutant = None

    def _on_observed(self, message):
        steps, replays = relay.natural(message["steps"]), relay.natural(message["replays"])
        self._send({"t": "observed", "steps": steps, "outputs": str(message["outputs"]), "replays": replays})

    def _on_cut(self, _message):
        self._send({"t": "cut"})


def _longest(seconds, least):
    return max(seconds * TIME_FACTOR, least)


def _entries():
    return frozenset(os.listdir(ROOT))


def _kill(child):
    for target, send in ((child, os.killpg), (child, os.kill)):
        with contextlib.suppress(OSError):
            send(target, signal.SIGKILL)
