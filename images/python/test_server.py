"""The harness of a test container: one job, one run, then gone.

It holds the channel to the host (stdin and stdout) as uid 0 with only SETUID and SETGID, imports everything a
test session needs, forks the worker that runs the code as uid 1000, and relays what the worker says, checked
and capped. It survives whatever uid 1000 does.
"""

import argparse
import gc
import os
import platform
import sys

from agent_sandbox import warmup, wire, worker
from agent_sandbox.supervisor import Supervisor
from agent_sandbox.workspace import lay_out


def main():
    """Get ready, wait for the job, run it, end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--flavor", choices=("plain", "data", "plot"), default="plain")
    flavor = parser.parse_args().flavor
    warmup.matplotlib_folder()
    if flavor != "plain":
        warmup.data_libraries()
    if flavor == "plot":
        warmup.plotting()
    warmup.session()
    supervisor = Supervisor(host_fd=1)
    gc.collect()
    gc.freeze()
    if not supervisor.fork_worker(worker.run):
        return
    supervisor.send({"t": "ready", "flavor": flavor, "python": platform.python_version()})
    job = wire.read_frame(0)
    if job is None:
        supervisor.abandon()
        return
    supervisor.run(job, _prepare(job))


def _prepare(job):
    """Lay the files out; returns None, or why it can't be done."""
    try:
        files, tests, data = (
            {path: wire.decode(text) for path, text in job[kind].items()}
            for kind in ("files", "tests", "data")
        )
        lay_out([files, tests], data)
    except (ValueError, OSError) as error:
        return f"The files can't be laid out: {error}"
    return None


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
