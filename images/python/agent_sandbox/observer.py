"""What is watched in a trial: the steps that the code takes, and what it gives out, by ``sys.monitoring``."""

import contextlib
import inspect
import itertools
import operator
import os
import sys

from .nearby import Nearby
from .outputs import Outputs
from .tee import Tee

_TOOL = 3
_NAME = "coding-agent-trial"
_UNLIMITED = 10**12
_CAPTURING = frozenset(("capsys", "capfd", "capsysbinary", "capfdbinary"))


class Observer:
    """Counts calls and jumps of the job's code, which every loop and recursion needs, and ends the process
    when they are more than `limit`; digests what the code returns or raises to whoever calls it from outside.

    After the tests it makes `replays` calls with arguments beside theirs (None: as many as there are) and
    digests these as well. `numbers` are those that the unchanged code mentions.
    """

    def __init__(self, channel, numbers, limit=None, replays=None):
        self._channel = channel
        self._replays = replays
        self._budget = _UNLIMITED if limit is None else limit
        self._left = iter(range(self._budget))
        self._sources = frozenset()
        self._known = set()
        self._outputs = Outputs()
        self._nearby = Nearby(numbers)
        self._printed = None

    def start(self, sources):
        """Begin to watch the code of these files (absolute paths)."""
        self._sources = frozenset(sources)
        self._printed = sys.stdout = Tee(sys.stdout)
        monitoring = sys.monitoring
        events = monitoring.events
        monitoring.use_tool_id(_TOOL, _NAME)
        for event, callback in (
            (events.PY_START, self._entered),
            (events.JUMP, _counter(self._left, self._cut)),
            (events.PY_RETURN, self._gave),
            (events.PY_YIELD, self._gave),
            (events.PY_UNWIND, self._raised),
        ):
            monitoring.register_callback(_TOOL, event, callback)
        monitoring.set_events(_TOOL, events.PY_START | events.PY_UNWIND)

    def collected(self):
        """The test files are imported: let property tests draw the same examples in every trial."""
        hypothesis = sys.modules.get("hypothesis.core")
        if hypothesis is not None:
            hypothesis.global_force_seed = 0

    def cell_ends(self, _namespace, displayed):
        """Take what a run of the cell displayed."""
        self._outputs.add("displayed", displayed)

    def finish(self, items):
        """Say what was seen while these tests (pytest items) ran, then look beside them."""
        self._outputs.add("stdout", self._printed.getvalue())
        if any(_CAPTURING.intersection(item.fixturenames) for item in items):
            self._outputs.blind()
        self._tell(0)
        if self._outputs.digest:
            self._look_beside()

    def _look_beside(self):
        self._outputs.make_room()
        # Whatever was turned off because nothing more was taken.
        sys.monitoring.restart_events()
        for number, replay in enumerate(itertools.islice(self._nearby.replays(), self._replays), 1):
            with contextlib.suppress(BaseException):
                replay()
            if self._replays is None:
                self._tell(number)
        if self._replays:
            self._tell(self._replays)

    def _tell(self, replays):
        steps = self._budget - operator.length_hint(self._left)
        self._channel.send("observed", steps=steps, outputs=self._outputs.digest, replays=replays)

    def _entered(self, code, _offset):
        if code not in self._known:
            if code.co_filename not in self._sources:
                return sys.monitoring.DISABLE
            self._known.add(code)
            events = sys.monitoring.events
            sys.monitoring.set_local_events(_TOOL, code, events.JUMP | events.PY_RETURN | events.PY_YIELD)
        if next(self._left, None) is None:
            self._cut()
        if self._nearby.wants(code):
            frame = sys._getframe(1)
            if not self._is_inner(frame):
                self._nearby.note(frame)
        return None

    def _cut(self):
        self._channel.send("cut")
        os._exit(0)

    def _gave(self, code, _offset, value):
        frame = sys._getframe(1)
        if self._is_inner(frame) or self._outputs.add(code.co_qualname, value, _seen_from_outside(frame)):
            return None
        return sys.monitoring.DISABLE

    def _raised(self, code, _offset, error):
        if code.co_filename in self._sources:
            frame = sys._getframe(1)
            if not self._is_inner(frame):
                self._outputs.add(code.co_qualname, error, _seen_from_outside(frame))

    def _is_inner(self, frame):
        """Was it called by the job's own code, if only through a library?"""
        frame = frame.f_back
        while frame is not None:
            if frame.f_code.co_filename in self._sources:
                return True
            frame = frame.f_back
        return False


def _counter(left, over):
    """A callback for jumps, of which there may be millions: it takes one from `left` each time."""
    step = left.__next__

    def jumped(_code, _offset, _target):
        try:
            step()
        except StopIteration:
            over()

    return jumped


def _seen_from_outside(frame):
    """What the caller can see beside the result: the arguments as they are now, or a module's names."""
    code, names = frame.f_code, frame.f_locals
    if code.co_flags & inspect.CO_OPTIMIZED:
        count = code.co_argcount + code.co_kwonlyargcount
        count += bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
        return {name: names[name] for name in code.co_varnames[:count] if name in names}
    return {name: value for name, value in names.items() if not name.startswith("__")}
