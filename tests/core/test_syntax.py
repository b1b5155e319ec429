import ast
import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyter_coding_agent.core import syntax

SOURCE = "".join(f"def f{n}(a, b=({n}, [1, 2, {{3: 4}}])):\n    return a + b[{n}]\n" for n in range(200))


@pytest.fixture
def collecting():
    """Makes the garbage collector give way to other threads while trees are made, as finalizers in Python do."""

    def give_way(_phase, _info):
        time.sleep(0)

    gc.callbacks.append(give_way)
    threshold = gc.get_threshold()
    gc.set_threshold(50)
    yield
    gc.set_threshold(*threshold)
    gc.callbacks.remove(give_way)


def in_threads(parse) -> list[BaseException]:
    start = threading.Barrier(4)

    def work(_number: int) -> BaseException | None:
        start.wait()
        try:
            for _ in range(5):
                parse(SOURCE)
        except SystemError as error:
            return error
        return None

    with ThreadPoolExecutor(4) as pool:
        return [error for error in pool.map(work, range(4)) if error]


# A thread that another test left in this process may be parsing, without our lock.
@pytest.mark.flaky(reruns=2)
def test_several_threads_may_parse(collecting):
    assert in_threads(syntax.parse) == []


def test_an_expression_and_a_literal():
    assert isinstance(syntax.parse("f(1)", "eval"), ast.Expression)
    assert syntax.literal_eval("[1, 2]") == [1, 2]
    with pytest.raises(SyntaxError):
        syntax.parse("def")
