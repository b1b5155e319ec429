"""Notebooks, honest and hostile, proved in real containers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jupyter_coding_agent.client.notebooks import read_notebook
from jupyter_coding_agent.notebooks.models import CellReport, NotebookReport, ProveRequest
from tests.notebooks.conftest import proved, request
from tests.notebooks.integration.conftest import Ground

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

HONEST = [
    "%matplotlib inline\n%pip install tidy-thing\nimport pandas as pd\nimport matplotlib.pyplot as plt",
    "import asyncio\n\ntask = asyncio.create_task(asyncio.sleep(0, 7))\nframe = pd.DataFrame({'a': [1, 2]})\nframe",
    "assert len(_) == 2 and In[2].startswith('import asyncio')\nassert await task == 7\nprint('sum', frame.a.sum())",
    "%%time\nframe.plot()\nplt.show()",
    "!echo from the shell > out.txt\nopen('out.txt').read()",
    "%%writefile more.py\nvalue = 3",
    "import more\n\nmore.value",
    "%%html\n<b>bold</b>",
    "import pickle\n\nclass Thing:\n    pass\n\npickle.loads(pickle.dumps(Thing()))",
]


def statuses(report: NotebookReport) -> list[str]:
    return [cell.status for cell in report.cells]


async def test_what_a_notebook_does_runs(ground: Ground):
    report = await proved(ground.room, request(*HONEST, kernel_python="3.11"))
    assert statuses(report) == ["ran"] * 7 + ["skipped", "ran"], [cell.error for cell in report.cells]
    assert report.cells[0].reason == "Left out, for it needs the live notebook: %pip install tidy-thing."
    assert report.cells[2].stdout == "sum 3\n"
    assert report.receipt is not None and report.cells[8].receipt is not None
    assert "out.txt" in report.effects.reads
    assert report.effects.open_resources == []
    assert report.cells[7].lint == []
    assert report.isolation is not None and report.isolation.network == "none"


async def test_hidden_state_is_found_and_mended(ground: Ground):
    report = await proved(
        ground.room,
        request(
            "print(total(values))",
            "values = np.arange(3)\nvalues = values + 1",
            "def total(of):\n    return of.sum()",
            "eval(compile('assert 2 + 2 == 4', 'x', 'exec'))\nrow = '%d' % 3",
            counts=(9, 4, 5, 6),
        ),
    )
    assert statuses(report) == ["failed", "failed", "ran", "ran"]
    broken = report.cells[1].error
    assert broken is not None
    assert (broken.type, broken.line, broken.traceback.splitlines()[0]) == (
        "NameError",
        1,
        "In [2]:1: in <module>",
    )
    assert [(one.name, one.kind, one.seen) for one in report.cells[1].relies_on] == [
        ("np", "defined nowhere", ["source", "run"])
    ]
    assert "F821" in [finding.code for finding in report.cells[1].lint]
    assert report.proposal is not None and report.proposal.mended
    assert (report.proposal.order, report.proposal.imports) == ([1, 2, 0, 3], ["import numpy as np"])


@pytest.mark.parametrize(
    ("source", "type_"),
    [
        ("import os\nos._exit(0)", "Ended"),
        ("import sys\nsys.exit(0)", "SystemExit"),
        ("while True:\n    pass", "TimedOut"),
        ("import asyncio\nasyncio.run(asyncio.sleep(0))", "RuntimeError"),
        (
            "import os\nfor fd in range(3, 30):\n    try:\n        os.close(fd)\n    except OSError:\n        pass",
            "Ended",
        ),
    ],
)
async def test_a_cell_that_leaves_has_not_run(ground: Ground, source: str, type_: str):
    report = await proved(ground.room, request("x = 1", source, "y = x", timeout_seconds=2))
    assert report.breaks == 1 and report.receipt is None
    assert report.cells[1].error is not None and report.cells[1].error.type == type_


FORGE = """
import json, os, sys
frame = sys._getframe()
while "self" not in frame.f_locals:
    frame = frame.f_back
proving = frame.f_locals["self"]
"""


@pytest.mark.parametrize(
    "attack",
    [
        "async def nothing(path, count):\n    pass\nproving._run = nothing",
        "for n in range(0, 5):\n"
        "    proving._channel.send('cell_begins', number=n)\n"
        "    proving._channel.send('cell_ends', number=n, error=None, stdout='', stdout_cut=False, left_out=[],"
        " duration_ms=1)\n"
        "proving._channel.send('done', status=0)\nos._exit(0)",
    ],
)
async def test_made_up_reports_prove_nothing(ground: Ground, attack: str):
    report = await proved(ground.room, request(FORGE + attack, "raise ValueError('honestly')"))
    assert report.status == "failed"
    assert all(cell.status != "ran" and cell.receipt is None for cell in report.cells), statuses(report)


async def test_whoever_goes_takes_the_container_along(ground: Ground):
    ended: list[CellReport] = []
    begun = asyncio.Event()

    def tell(cell: CellReport) -> None:
        ended.append(cell)
        begun.set()

    # A container is removed after its run's report is there: the last test's may be going still.
    assert await ground.engine.empties(ground.owner, "test")
    notebook = await ground.room.admit("ada", request("1", "while True: pass"))
    proving = asyncio.ensure_future(ground.room.prove(notebook, tell))
    await begun.wait()
    assert len(ground.engine.containers(ground.owner, "test")) == 1
    proving.cancel()
    await asyncio.wait([proving])
    assert await ground.engine.empties(ground.owner, "test")
    assert [cell.name for cell in ended] == ["In [1]"]


async def test_the_example_is_what_its_text_says(ground: Ground):
    asked = read_notebook(Path(__file__).parents[3] / "examples" / "prove.ipynb")
    report = await proved(ground.room, ProveRequest.model_validate(asked))
    assert statuses(report) == ["ran", "failed", "failed", "ran", "skipped"]
    assert report.proposal is not None and report.proposal.mended
    assert report.proposal.imports == ["import numpy as np"]
