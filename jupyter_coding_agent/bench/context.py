"""What looking at a notebook costs before anything is sent: time, and memory beside a large table."""

from __future__ import annotations

import asyncio
import json
import sys

from ..core.errors import AgentError
from .claims import Claim

ROUNDS = 31
NAMES = 1_000
CELLS = 2_000
GIGABYTE = 2**30

# In an interpreter of its own: what else is imported, and whatever else it holds, would count.
SCRIPT = """
import json, statistics, sys, time, tracemalloc
import numpy as np, pandas as pd
from jupyter_coding_agent.core.redaction import Redactor
from jupyter_coding_agent.magics.context import gather

rounds, names, cells, size = map(int, sys.argv[1:])
columns = [f"column_{n}" for n in range(64)]
table = pd.DataFrame(np.ones((size // 8 // 64, 64)), columns=columns, copy=False)
namespace = {"pd": pd, "np": np, "sales": table}

def helper(frame, by: str = "city", *, top: int = 3) -> None:
    \"\"\"Sums up.\"\"\"

values = [lambda n: n, lambda n: f"text {n}", lambda n: list(range(100)), lambda n: {str(n): n},
          lambda n: np.ones(n + 1), lambda n: pd.DataFrame({"a": [n], "b": ["x"]}), lambda n: helper]
namespace |= {f"name_{n}": values[n % len(values)](n) for n in range(names - 3)}
sources = ["", "import pandas as pd\\nimport numpy as np", "sales = pd.DataFrame(np.ones((10, 64)))"]
sources += [f"name_{n % names} = {n}  # step {n}\\ndef f{n}(x):\\n    return x + name_{n % 7}\\n" for n in range(cells)]
request = "Sum up sales by column_3 with name_6, like name_5, and put it beside name_250 and name_700."

def collect():
    began = time.perf_counter()
    context = gather(request, namespace, [], sources, redactor=Redactor(), samples_welcome=lambda: True)
    return (time.perf_counter() - began) * 1000, context

first, context = collect()
taken = [collect()[0] for _ in range(rounds)]
tracemalloc.start()
collect()
peak = tracemalloc.get_traced_memory()[1]
print(json.dumps({"first": first, "median": statistics.median(taken), "peak": peak,
    "bytes": int(table.memory_usage().sum()), "told": len(context["variables"]), "samples": len(context["samples"])}))
"""


async def context() -> list[Claim]:
    """`NAMES` live names, one of them a table of a gigabyte; alone, and in a notebook of `CELLS` cells."""
    short, long = await measured(cells=10), await measured(cells=CELLS)
    told = f"the first time {short['first']:.0f} ms; {short['told']:.0f} of them told"
    about = f"context of {NAMES:,} names, one a table of 1 GB"
    return [
        Claim(about, short["median"], "at most", 50, "ms", told),
        Claim(
            f"{about}; {CELLS:,} cells",
            long["median"],
            "at most",
            50,
            "ms",
            f"the first time {long['first']:.0f} ms",
        ),
        Claim(
            f"{about}: memory it takes",
            long["peak"] / long["bytes"],
            "at most",
            0.01,
            "×",
            f"{long['peak'] / 2**20:.1f} MB beside {long['bytes'] / 2**20:.0f} MB",
        ),
    ]


async def measured(*, cells: int, size: int = GIGABYTE, rounds: int = ROUNDS) -> dict[str, float]:
    """Milliseconds of the first time and the median of `rounds`, bytes of the table and of memory taken beside it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-c", SCRIPT),
        *map(str, (rounds, NAMES, cells, size)),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise AgentError("The bench's notebook could not be looked at: see the error above.")
    found: dict[str, float] = json.loads(output)
    if found["samples"] < 3:
        raise AgentError(
            f"The bench's notebook has samples of {found['samples']:.0f} names, not of 3 or more."
        )
    return found
