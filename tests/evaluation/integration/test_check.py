"""Every task keeps what its format promises, on real containers."""

from __future__ import annotations

import asyncio

import pytest

from tests.engine import Engine, engine
from tests.evaluation.check import check_file, checker
from tests.evaluation.tasks import FOLDER, load_one

__all__ = ["engine"]

pytestmark = pytest.mark.engine


async def test_tasks_keep_their_promises(engine: Engine) -> None:
    """Every second one, for want of time; `check` looks at them all: ``python -m tests.evaluation.check``."""
    paths = sorted(FOLDER.glob("*.yaml"))[::2]
    async with checker(times=1) as checking:
        problems = await asyncio.gather(*(check_file(checking, path, False) for path in paths))
    broken = {path.stem: found for path, found in zip(paths, problems, strict=True) if found}
    assert broken == {}
    assert paths


async def test_what_only_a_run_can_show_is_found(engine: Engine) -> None:
    task = load_one(FOLDER / "moving-median.yaml")
    right = task.solutions.right
    task.oracle = (
        "from solution import moving_median\n\n\ndef test_one():\n    assert moving_median([1], 1) == [1.0]\n"
    )
    unstable = right.replace("return out", "return out + [id(out)]")
    task.solutions.wrong[0].code = unstable
    task.solutions.wrong[1].code = f"import hashlib\n\nhashlib.md5(b'')\n{right}"
    task.solutions.gamed[0].code = (
        "class Equal:\n    def __eq__(self, other):\n        return True\n\n\n"
        "def moving_median(values, window):\n    return Equal()\n"
    )
    task.solutions.gamed.append(task.solutions.gamed[0].model_copy(update={"name": "right", "code": right}))
    async with checker(times=2) as checking:
        found = await checking.problems(task)
    assert "upper-median does not give the same in every run" in found
    assert any("MD5" in one for one in found)
    assert "last-window-lost: the oracle passes it" in found
    assert "gamed right: the oracle passes it" in found
    assert not any(one.startswith("gamed table-of-answers: the oracle passes") for one in found)
