"""The analysis container: static tools over the original bytes, which are never executed.

It stands ready with the tools loaded and serves requests concurrently, each in a forked child of uid 1000:
whatever a file does to a parser ends one child.
"""

import gc
import os
import platform

from agent_sandbox.analysis import tools
from agent_sandbox.analysis.server import Server


def main():
    """Load the tools, then serve until the host closes the channel."""
    toolbox = tools.Toolbox()
    toolbox.warm_up()
    gc.collect()
    gc.freeze()
    server = Server(host_in=0, host_out=1, work=toolbox.work, rehearse=toolbox.rehearse)
    server.send({"t": "ready", "python": platform.python_version()})
    server.serve()


if __name__ == "__main__":
    os.umask(0o077)
    main()
