"""Two users in one container: the harness is uid 0 with only SETUID and SETGID, the code is uid 1000."""

import contextlib
import os
import resource
import signal

UID = 1000


@contextlib.contextmanager
def acting_as_agent():
    """Give the harness the agent's rights for a while, and no more than these.

    Only the *effective* ids change. Linux checks the real and saved ids of a signal's target, so the agent's
    processes can't signal the harness meanwhile; and the change makes the process not dumpable, so they can't
    trace it or read its memory either.
    """
    os.setresgid(-1, UID, -1)
    os.setresuid(-1, UID, -1)
    try:
        yield
    finally:
        os.setresuid(-1, 0, -1)
        os.setresgid(-1, 0, -1)


def become_agent():
    """Drop to the agent for good: no group, no way back."""
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
        score.write("1000")
    # A crash leaves no core file among the artifacts.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.setgroups([])
    os.setresgid(UID, UID, UID)
    os.setresuid(UID, UID, UID)


def kill_everything():
    """Kill every process of the agent, all at once: a fork bomb has no moment to escape in.

    The harness does it itself, with the agent's effective uid (it has no CAP_KILL): nothing has to be forked,
    so it works where no process may be started any more.
    """
    _signal(-1)


def kill(pid):
    """Kill one process of the agent."""
    _signal(pid)


def _signal(pid):
    with acting_as_agent(), contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
