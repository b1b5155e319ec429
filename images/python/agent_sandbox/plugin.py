"""The pytest plugin of the paused session: waits for the job, reports by hook, provides the fixtures."""

import asyncio
import gc
import inspect
import os
import sys

import pytest

from . import cell as cells
from . import properties
from .before import Before
from .canonical import canonical
from .failure import Failure
from .importer import NotebookFinder
from .lines import LineCoverage
from .workspace import ROOT

MAX_ANSWERS = 100


class SandboxPlugin:
    """One session, one job."""

    def __init__(self, channel, receive_job, watch, data_watch):
        self._channel = channel
        self._receive_job = receive_job
        self._watch = watch
        self._data_watch = data_watch
        self._lines = None
        self._job = None
        self._before = None
        self._observer = None
        self._pending = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session):
        """Stand here, everything imported, until the job comes."""
        gc.collect()
        gc.freeze()
        self._channel.send("paused")
        self._job = job = self._receive_job()
        if job is None:
            os._exit(0)
        if "cells" in job:
            from .proving import Proving

            Proving(self._channel, job["cells"], self._watch, self._data_watch).run()
        if "changes" in job:
            # Only a challenge needs it, and idle containers should stay small.
            from .mutation import Challenge

            self._observer = Challenge(self._channel, job).run()
        manager = session.config.pluginmanager
        manager._noconftest = not job["conftest"]
        session.config.args = [f"{ROOT}/{path}" for path in job["collect"]]
        sources = [f"{ROOT}/{path}" for path in job["files"]]
        if job["notebook"] is not None and job["cell"] is not None:
            self._before = Before(job["notebook"], f"{ROOT}/{job['cell']}")
        NotebookFinder(sources, self._before).install()
        self._lines = LineCoverage(sources)
        self._lines.start()
        self._watch.start(sources, [f"{ROOT}/{path}" for path in job["tests"]])
        if self._observer is None:
            self._data_watch.start(sources)
        else:
            # A challenge has no use for warnings, and every trial would pay for them.
            self._observer.start(sources)
        properties.prepare([f"{ROOT}/{path}" for path in job["tests"]])
        if not job["collect"]:
            session.items = []
            return True
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector):
        """A file that exits when it is imported is an error of that file, not the end of the session."""
        try:
            return (yield)
        except SystemExit as error:
            self._collection_error(collector.nodeid, pytest.ExceptionInfo.from_exception(error))
            return pytest.CollectReport(collector.nodeid, "failed", "exited", [])

    def pytest_exception_interact(self, call, report):
        """A file that can't be collected is an error of its own; the others still run."""
        if isinstance(report, pytest.CollectReport):
            self._collection_error(report.nodeid, _cause(call.excinfo))

    def pytest_collectreport(self, report):
        """A file that skips itself has no tests that could report."""
        if report.skipped:
            self._channel.send("collection_error", text=f"{report.nodeid}: {report.longrepr[2]}")

    def pytest_collection_finish(self, session):
        """Say which tests there are, and what ended collection before its time."""
        error = sys.exception()
        if error is not None:
            self._collection_error("collection", pytest.ExceptionInfo.from_exception(error))
        self._channel.send("collected", ids=[item.nodeid for item in session.items])
        if self._observer is not None:
            self._observer.collected()

    def _collection_error(self, where, excinfo):
        failure = Failure(excinfo)
        self._channel.send("collection_error", text=f"{where}: {failure.message}\n{failure.traceback}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item):
        """What the code leaves is looked at test by test."""
        self._data_watch.test_begins(getattr(item, "obj", None))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem):
        """Run `async def` tests, each in an event loop of its own."""
        if not inspect.iscoroutinefunction(pyfuncitem.obj):
            return None
        names = pyfuncitem._fixtureinfo.argnames
        asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        """Keep what a repair needs of an exception; pytest's own report is the source of the outcome."""
        report = yield
        entry = self._pending.setdefault(item.nodeid, _Entry())
        entry.add(report, call)
        return report

    def pytest_runtest_logfinish(self, nodeid):
        """Setup, call and teardown become one report."""
        entry = self._pending.pop(nodeid, None)
        if entry is not None:
            self._channel.send("report", id=nodeid, **entry.fields())

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session):
        """Send what was gathered over the whole run."""
        self._watch.finish()
        self._data_watch.finish()
        if self._lines is not None:
            for path, lines in self._lines.stop().items():
                self._channel.send("lines", path=path[len(ROOT) + 1 :], lines=lines)
        if self._observer is not None:
            self._observer.finish(session.items)

    @pytest.fixture
    def answer(self, request):
        """``answer(value)`` records a value for the host, which alone knows what it should be."""
        answers = self._pending.setdefault(request.node.nodeid, _Entry()).answers

        def record(value):
            """Keep `value` for the host; at most 100 a test are kept."""
            if len(answers) < MAX_ANSWERS:
                answers.append(canonical(value))

        return record

    @pytest.fixture
    def cell(self, request):
        """``cell(**inputs)`` runs the notebook cell: in its notebook, fresh each time, with these names defined."""
        path = self._job["cell"]
        if path is None:
            pytest.fail(
                "This job has no notebook cell: import the functions of its files instead.", pytrace=False
            )
        listeners = [self._data_watch.cell_ends]
        if self._observer is not None:
            listeners.append(self._observer.cell_ends)
        runner = cells.CellRunner(f"{ROOT}/{path}", self._before, self._data_watch.cell_begins, *listeners)
        yield runner
        runner.close()


class _Entry:
    """What is known of one test so far."""

    _RANK = ("passed", "xpassed", "xfailed", "skipped", "failed", "error")

    def __init__(self):
        self.answers = []
        self._outcome = "passed"
        self._duration = 0.0
        self._failure = None
        self._reason = ""

    def add(self, report, call):
        self._duration += report.duration
        outcome = _outcome(report)
        if self._RANK.index(outcome) <= self._RANK.index(self._outcome):
            return
        self._outcome = outcome
        if call.excinfo is not None:
            self._failure = Failure(call.excinfo)
        elif isinstance(report.longrepr, str):
            self._reason = report.longrepr

    def fields(self):
        failure = self._failure or Failure(None)
        return {
            "outcome": self._outcome,
            "duration_ms": round(self._duration * 1000, 3),
            "message": failure.message or self._reason,
            "traceback": failure.traceback,
            "locals": failure.locals,
            "answers": self.answers,
        }


def _cause(excinfo):
    """What an import failed of, where pytest has wrapped it in an error of its own."""
    cause = excinfo.value.__cause__
    if isinstance(excinfo.value, pytest.Collector.CollectError) and cause is not None:
        return pytest.ExceptionInfo.from_exception(cause)
    return excinfo


def _outcome(report):
    if hasattr(report, "wasxfail"):
        return "xfailed" if report.skipped else "xpassed"
    if report.failed and report.when != "call":
        return "error"
    return report.outcome
