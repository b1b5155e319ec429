"""Threads that parse at once, in a process in which nothing else does: prints what went wrong."""

from __future__ import annotations

import ast
import gc
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from jupyter_coding_agent.core import syntax

SOURCE = "".join(f"def f{n}(a, b=({n}, [1, 2, {{3: 4}}])):\n    return a + b[{n}]\n" for n in range(200))
PARSERS = {"ours": syntax.parse, "plain": ast.parse}


def main(name: str) -> None:
    # The collector gives way to other threads while trees are made, as finalizers in Python do.
    gc.callbacks.append(lambda _phase, _info: time.sleep(0))
    gc.set_threshold(50)
    start = threading.Barrier(4)

    def work(_number: int) -> SystemError | None:
        start.wait()
        try:
            for _ in range(5):
                PARSERS[name](SOURCE)
        except SystemError as error:
            return error
        return None

    with ThreadPoolExecutor(4) as pool:
        print([error for error in pool.map(work, range(4)) if error])


if __name__ == "__main__":
    main(sys.argv[1])
