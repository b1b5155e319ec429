"""What tests that the host rewrote use: they hand values over instead of judging them."""

import asyncio
import contextlib
import importlib
import inspect
import io
import itertools
import signal

import pytest

TEST_SECONDS = 3.0
PROBE_SECONDS = 0.5
MAX_ITEMS = 50
"""So many are taken of an iterator, which may have no end."""


class Unknown(BaseException):
    """Nothing is known of this input: the code took too long over it, or there is no such code."""


class Raised:
    """Stands for a value where there is none: the host reads its repr."""

    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return f"raised {self._name}"


class _Info:
    """As much of pytest's ExceptionInfo as tests use."""

    value = type = None

    @property
    def exception(self):
        """unittest's name for it."""
        return self.value

    def match(self, pattern):
        """What a message says is not looked at."""
        return True


class Observer:
    """`observed(value)` hands a value to the host."""

    def __init__(self):
        self._answer = None

    def begin(self, answer):
        """Hand over by this `answer` fixture from now on."""
        self._answer = answer

    def __call__(self, value):
        """Hand over `value`."""
        self._answer(value)

    @contextlib.contextmanager
    def raising(self, expected=()):
        """Instead of ``pytest.raises``: what was raised is handed over, by the expected name where it is one."""
        info = _Info()
        try:
            yield info
        except (Exception, SystemExit) as error:
            info.value, info.type = error, type(error)
            self._answer(Raised(_name(error, expected)))

    def probe(self, module, name, /, *args, **kwargs):
        """Hand over what a call gives; what it prints and does to its arguments where it gives nothing."""
        try:
            function = getattr(importlib.import_module(module), name)
        except Exception as error:
            raise Unknown from error
        printed = io.StringIO()
        with _within(PROBE_SECONDS), contextlib.redirect_stdout(printed):
            value = _settled(function(*args, **kwargs))
            self._answer(value)
            if value is None:
                self._answer(printed.getvalue())
                self._answer([args, kwargs])

    def probe_cell(self, cell, names, inputs):
        """Hand over these variables that the cell leaves; what it prints where no test looks at any."""
        with _within(PROBE_SECONDS):
            result = cell(**inputs)
            left = {name: _settled(result[name]) for name in names if name in result.namespace}
            self._answer(left if names else result.stdout)


observed = Observer()


@pytest.fixture(autouse=True)
def observing(answer):
    """Connects `observed` with the test that runs."""
    observed.begin(answer)
    with _within(TEST_SECONDS):
        yield


def _name(error, expected):
    try:
        if isinstance(error, expected):
            return " or ".join(
                kind.__name__ for kind in (expected if isinstance(expected, tuple) else (expected,))
            )
    except TypeError:
        pass
    return type(error).__name__


def _settled(value):
    """A value that can be compared: a coroutine's result, an iterator's first items."""
    if inspect.iscoroutine(value):
        value = asyncio.run(value)
    if hasattr(type(value), "__next__"):
        return list(itertools.islice(value, MAX_ITEMS))
    return value


@contextlib.contextmanager
def _within(seconds):
    """Raise Unknown in the code that runs after so many seconds, and again where it is swallowed."""

    def cut(*_):
        raise Unknown

    before = signal.signal(signal.SIGALRM, cut)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
