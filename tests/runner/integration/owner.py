"""Run as a process: owns warm containers and one that runs a job, says so on stdout, and waits to be killed.

usage: python owner.py OWNER
"""

from __future__ import annotations

import asyncio
import sys

from jupyter_coding_agent.runner.service import ContainerRunner
from jupyter_coding_agent.runner.settings import RunnerSettings
from tests.engine import job


async def main() -> None:
    runner = ContainerRunner(RunnerSettings(warm_plain=1, warm_data=0, warm_plot=0), sys.argv[1], "killed")
    runner.warm()
    running = asyncio.ensure_future(
        runner.run_tests(job("", "import time\n\ndef test_it():\n    time.sleep(1000)\n"))
    )
    while (await runner.status()).warm != {"plain": 1}:
        await asyncio.sleep(0.1)
    print("owning", flush=True)
    await running


if __name__ == "__main__":
    asyncio.run(main())
