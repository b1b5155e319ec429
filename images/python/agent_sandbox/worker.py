"""The process that runs the code: a pytest session as uid 1000, started and paused before collection."""

import os
import signal
import sys

import pytest

from . import users
from .channel import Channel
from .datawatch import DataWatch
from .plugin import SandboxPlugin
from .silence import SilentTerminal
from .watch import EffectWatch
from .workspace import ROOT

BASE_TEMPORARY = "/tmp/pytest"

# What a single session in a throw-away container has no use for.
_OFF = (
    "cacheprovider",
    "doctest",
    "faulthandler",
    "junitxml",
    "nose",
    "pastebin",
    "stepwise",
    "setuponly",
    "setupplan",
    "threadexception",
    "unraisableexception",
)


def arguments(root, base_temporary):
    """The command line of the session; what it collects comes with the job."""
    options = ["--rootdir", root, "-c", "/dev/null", "--noconftest", "-q", "-s", "--color=no", "--tb=short"]
    options += ["--continue-on-collection-errors", "--basetemp", base_temporary]
    for name in _OFF:
        options += ["-p", f"no:{name}"]
    return options


def run(receive_job, report_fd, stdout_fd, stderr_fd):
    """Never returns. `receive_job` blocks until the harness sends the job (a dict) or is gone (None)."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(stdout_fd, 1)
    os.dup2(stderr_fd, 2)
    for descriptor in (nothing, stdout_fd, stderr_fd):
        os.close(descriptor)
    users.become_agent()
    # What a run that is killed has printed must not be lost in a buffer.
    sys.stdout.reconfigure(line_buffering=True)
    os.chdir(ROOT)
    # The harness's folder goes, so that its files can't stand in the way of the job's.
    sys.path[0] = ROOT
    sys.argv = ["pytest"]
    channel = Channel(report_fd)
    plugin = SandboxPlugin(channel, receive_job, EffectWatch(channel), DataWatch(channel))
    status = 1
    try:
        status = int(pytest.main(arguments(ROOT, BASE_TEMPORARY), plugins=[SilentTerminal(), plugin]))
        sys.stdout.flush()
        sys.stderr.flush()
        channel.send("done", status=status)
    finally:
        os._exit(status)
