"""Whatever the moment at which the engine is killed, nothing is lost, nothing is half there, nothing is left over.

``CRASH_HISTORIES`` says how many histories are tried, ``CRASH_SEED`` which ones: the tests try the same 50 every time,
`make soak` 500 others.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.crash.engine import Zygote
from tests.crash.histories import Crash, Histories
from tests.crash.operations import Upload

HISTORIES = int(os.environ.get("CRASH_HISTORIES", "50"))
# An empty one is drawn.
SEED = int(os.environ.get("CRASH_SEED", "1") or secrets.randbelow(2**32))
STEPS = 8
MOMENTS = range(4, 16)
"""Operations of an engine that takes two files, from the first that is about them to its answer."""


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as zygote:
        yield zygote


def test_a_killed_engine_keeps_its_word(zygote: Zygote, tmp_path: Path) -> None:
    class Here(Histories):
        folder = tmp_path

    Here.zygote = zygote
    print(f"CRASH_SEED={SEED} CRASH_HISTORIES={HISTORIES}")
    run_state_machine_as_test(
        seed(SEED)(Here),
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            database=None,
            deadline=None,
            # Moments can't be repeated exactly, so that smaller histories would show less.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_killed_at_each_moment_of_an_upload(zygote: Zygote, tmp_path: Path) -> None:
    class Here(Histories):
        folder = tmp_path

    Here.zygote = zygote
    history = Here()
    history._start()
    for moment in MOMENTS:
        history._kills = 0
        files = {history._told.name("f"): f"{side}{moment}".encode() for side in ("left", "right")}
        history._perform(Upload(files), crash=Crash(at=moment))
    history.teardown()
