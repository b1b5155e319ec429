"""Whatever the moment at which the engine is killed, nothing is lost, nothing is half there, nothing is left over.

``CRASH_HISTORIES`` says how many histories are tried (`make soak`: 500), ``CRASH_SEED`` tries those of an earlier run.
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
from tests.crash.histories import Histories

HISTORIES = int(os.environ.get("CRASH_HISTORIES", "50"))
SEED = int(os.environ.get("CRASH_SEED", secrets.randbelow(2**32)))
STEPS = 8


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
