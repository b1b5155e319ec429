from __future__ import annotations

from jupyter_coding_agent.bench.context import measured


async def test_a_notebook_is_looked_at_without_copying_its_table():
    found = await measured(cells=20, size=2**26, rounds=1)
    assert found["bytes"] >= 2**26
    assert found["peak"] < 2**21
    assert found["samples"] == 4
    assert found["median"] > 0
