import asyncio

import httpx
import pytest

from tests.evaluation.oracle import Oracle
from tests.evaluation.samples import RIGHT, a_task


def answering(verdicts):
    """A client of an engine that gives these verdicts, and what it was asked."""
    asked = []

    def handle(request):
        asked.append(request.content)
        return httpx.Response(200, json=verdicts.pop(0))

    return httpx.AsyncClient(transport=httpx.MockTransport(handle), base_url="http://engine"), asked


def verdict(status, error_class=None):
    return {"status": status, "error_class": error_class, "explanation": "so"}


async def test_the_same_code_is_judged_once_also_after_a_restart(tmp_path):
    client, asked = answering([verdict("passed"), verdict("failed", "assertion")])
    oracle = Oracle(tmp_path / "oracle.jsonl")
    task, files = a_task(), {"solution.py": RIGHT}
    twice = await asyncio.gather(*(oracle.judge(client, task, files, []) for _ in range(2)))
    assert (twice, len(asked)) == (["passed", "passed"], 1)
    assert await oracle.judge(client, task, {"solution.py": "x = 1\n"}, []) == "failed"
    again = Oracle(tmp_path / "oracle.jsonl")
    assert await again.judge(client, task, files, []) == "passed"
    assert len(asked) == 2


async def test_an_oracle_that_could_not_run_says_nothing_of_the_code(tmp_path):
    client, _ = answering([verdict("error", "infrastructure"), verdict("passed")])
    oracle = Oracle(tmp_path / "oracle.jsonl")
    with pytest.raises(ValueError, match="could not judge"):
        await oracle.judge(client, a_task(), {"solution.py": RIGHT}, [])
    assert await oracle.judge(client, a_task(), {"solution.py": RIGHT}, []) == "passed"
