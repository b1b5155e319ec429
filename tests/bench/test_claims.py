from __future__ import annotations

from jupyter_coding_agent.bench.claims import Claim, alternate


def test_a_claim_holds_at_its_limit_and_breaks_beyond():
    assert Claim("x", 0.10, "at most", 0.10).holds
    assert not Claim("x", 0.11, "at most", 0.10).holds
    assert Claim("x", 2, "at least", 2).holds
    assert not Claim("x", 1.9, "at least", 2).holds
    assert Claim("x", 0.11, "at most", 0.10).line().startswith("BROKEN")


async def test_sides_are_run_in_turn_and_prepared_each_time():
    calls: list[str] = []

    async def side(name: str) -> None:
        calls.append(name)

    medians = await alternate([lambda: side("a"), lambda: side("b")], 2, lambda: side("-"))
    assert calls == ["-", "a", "-", "b", "-", "a", "-", "b"]
    assert len(medians) == 2
