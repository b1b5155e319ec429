from __future__ import annotations

from hashlib import sha256

from jupyter_coding_agent.bench.uploads import PIECE, PIECES, Growth, digest, pieces


async def test_growth_is_from_before_to_the_peak():
    sizes = iter([10.0, 12.0, 30.0, 11.0])
    growth = Growth(lambda: next(sizes))
    growth.sample()
    growth.sample()
    async with growth.watched():
        pass
    assert (growth.before, growth.peak) == (10.0, 30.0)


def test_each_content_is_its_own_and_comes_again():
    whole = b"".join(pieces(1))
    assert len(whole) == PIECE * PIECES
    assert digest(1) == sha256(whole).hexdigest() != digest(2)
