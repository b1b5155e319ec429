from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jupyter_coding_agent.core.digest import source_sha256
from jupyter_coding_agent.core.errors import InvalidInput, RunnerUnavailable, Unprocessable
from jupyter_coding_agent.notebooks.models import NotebookReport
from jupyter_coding_agent.notebooks.service import Notebooks
from jupyter_coding_agent.notebooks.settings import NotebookSettings
from jupyter_coding_agent.runner.models import (
    Analysis,
    AnalysisJob,
    CellFailure,
    CellRun,
    Exit,
    LintFinding,
    NotebookJob,
    NotebookRun,
)
from jupyter_coding_agent.validation.receipts import Signer, verify
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.fakes import FakeRunner
from tests.notebooks.conftest import proved, request

Make = Callable[..., Notebooks]


def statuses(report: NotebookReport) -> list[str]:
    return [cell.status for cell in report.cells]


async def test_each_cell_runs_after_the_others_and_is_signed(notebooks: Make, signer: Signer):
    sources = ["x = 1  ", "", "print('said', x)", "y = 3"]
    report = await proved(notebooks(FakeRunner()), request(*sources))
    assert (report.status, report.breaks, report.proposal) == ("ran", None, None)
    assert statuses(report) == ["ran", "skipped", "ran", "ran"]
    said = report.cells[2]
    assert (said.name, said.stdout, said.builds_on) == ("In [3]", "said 1\n", [0])
    keys = {signer.key_id: signer.public_key}
    assert said.receipt is not None and said.receipt.notebook is not None
    assert said.receipt.notebook.cells == [source_sha256("x = 1")]
    assert verify(said.receipt, keys, files={"solution.py": sources[2]}).state == "fresh"
    assert verify(said.receipt, keys, files={"solution.py": "print('else', x)"}).state == "stale"
    for above, state in ((["import os", "x = 1"], "fresh"), (["x = 2"], "other context")):
        assert verify(said.receipt, keys, files={"solution.py": sources[2]}, above=above).state == state
    assert report.receipt is not None and verify(report.receipt, keys).state == "fresh"


async def test_what_needs_a_broken_cell_is_not_tried_and_the_rest_is(notebooks: Make):
    report = await proved(notebooks(FakeRunner()), request("x = 1", "y = 1 / 0", "z = y", "w = x"))
    assert statuses(report) == ["ran", "failed", "not run", "ran"]
    assert report.breaks == 1
    assert report.cells[1].error is not None and report.cells[1].error.type == "ZeroDivisionError"
    assert report.cells[2].reason == "It builds on In [2], which broke."
    assert report.cells[3].receipt is None and report.receipt is None


async def test_an_order_is_proposed_because_it_ran(notebooks: Make):
    runner = FakeRunner()
    report = await proved(notebooks(runner), request("print(x)", "x = 1", counts=(2, 1)))
    assert report.recorded_order == [1, 0]
    assert report.proposal is not None and report.proposal.mended
    assert (report.proposal.order, report.proposal.ran) == ([1, 0], [0])
    assert len(runner.notebook_jobs) == 2
    (hidden,) = report.cells[0].relies_on
    assert (hidden.kind, hidden.defined_in, hidden.seen) == ("defined below", [1], ["source", "run"])


async def test_a_missing_import_is_proposed_because_it_ran(notebooks: Make):
    report = await proved(notebooks(FakeRunner()), request("y = math.sqrt(4)", "print(y)"))
    assert report.proposal is not None and report.proposal.mended
    assert (report.proposal.imports, report.proposal.order) == (["import math"], None)
    assert report.proposal.ran == [0, 1]


async def test_what_mends_a_part_only_says_so(notebooks: Make):
    report = await proved(notebooks(FakeRunner()), request("y = math.sqrt(4)", "print(gone)"))
    assert report.proposal is not None
    assert (report.proposal.mended, report.proposal.ran, report.proposal.breaks) == (False, [0], 1)
    assert report.cells[1].relies_on[0].kind == "defined nowhere"


async def test_nothing_is_proposed_that_does_not_help(notebooks: Make):
    # The import is known, but another name is missing in the same cell.
    report = await proved(notebooks(FakeRunner()), request("y = math.sqrt(gone)"))
    assert report.status == "failed" and report.proposal is None


async def test_one_cell_with_those_that_it_builds_on(notebooks: Make):
    runner = FakeRunner()
    sources = ["x = 1", "raise ValueError", "y = x", "z = 1"]
    report = await proved(notebooks(runner), request(*sources, only=2))
    assert statuses(report) == ["ran", "not run", "ran", "not run"]
    assert report.status == "ran" and report.cells[2].receipt is not None
    assert report.receipt is None
    assert report.cells[3].reason == "In [3] does not build on it."


async def test_a_cell_of_magics_is_skipped_where_they_were_left_out(notebooks: Make):
    def left_out(job: NotebookJob, run: NotebookRun) -> NotebookRun:
        cells = [
            cell.model_copy(update={"error": None, "left_out": ["%pip install a"]})
            if job.cells[cell.number].source.startswith(b"%pip")
            else cell
            for cell in run.cells
        ]
        return run.model_copy(update={"cells": cells})

    report = await proved(
        notebooks(FakeRunner(notebook=left_out)), request("%pip install a", "%pip install a\nx = 1", "y = 2")
    )
    assert statuses(report) == ["skipped", "ran", "ran"]
    assert report.cells[1].reason == "Left out, for it needs the live notebook: %pip install a."
    assert report.cells[2].receipt is not None


def ended(reason: str, reported: int) -> Callable[[NotebookJob, NotebookRun], NotebookRun]:
    """The run ended so, after so many reports of cells; the next had begun."""

    def end(job: NotebookJob, run: NotebookRun) -> NotebookRun:
        exit_ = Exit.model_validate({"reason": reason, "code": 0, "detail": "It ended."})
        return run.model_copy(update={"cells": run.cells[:reported], "begun": reported, "exit": exit_})

    return end


@pytest.mark.parametrize(
    ("reason", "type_"), [("died", "Ended"), ("timeout", "TimedOut"), ("memory_limit", "OutOfMemory")]
)
async def test_a_cell_that_ends_the_process_has_not_run(notebooks: Make, reason: str, type_: str):
    report = await proved(notebooks(FakeRunner(notebook=ended(reason, 1))), request("1", "2", "3"))
    assert statuses(report) == ["ran", "failed", "not run"]
    assert report.cells[1].error is not None and report.cells[1].error.type == type_
    # No sentinel behind the first vouches for it.
    assert all(cell.receipt is None for cell in report.cells)


def forged(job: NotebookJob, run: NotebookRun) -> NotebookRun:
    """Every cell is said to have run."""
    return run.model_copy(update={"cells": [cell.model_copy(update={"error": None}) for cell in run.cells]})


def shortened(job: NotebookJob, run: NotebookRun) -> NotebookRun:
    """The last report, which is a sentinel's, is missing though the run is said to be over."""
    return run.model_copy(update={"cells": run.cells[:-1]})


def answered(job: NotebookJob, run: NotebookRun) -> NotebookRun:
    """Whatever broke is said to have broken in some way."""
    failure = CellFailure(type="ValueError", message="ValueError: no")
    return run.model_copy(
        update={"cells": [cell.model_copy(update={"error": cell.error and failure}) for cell in run.cells]}
    )


@pytest.mark.parametrize("lie", [forged, shortened, answered])
async def test_made_up_reports_are_not_believed(notebooks: Make, lie: Any):
    report = await proved(notebooks(FakeRunner(notebook=lie)), request("x = 1", "raise ValueError"))
    assert report.status == "failed" and "tampered" in report.explanation
    assert statuses(report) == ["not run", "not run"]
    assert report.cells[0].receipt is None


async def test_findings_are_told_in_the_cells_own_lines_and_cost_the_receipt(notebooks: Make):
    def analysis(job: AnalysisJob) -> Analysis:
        assert job.notebook == list(job.files)
        wrong = LintFinding(
            path="cell_2.py", line=3, code="F821", severity="error", message="undefined name 'q'"
        )
        return Analysis(lint=[wrong])

    report = await proved(notebooks(FakeRunner(analysis=analysis)), request("x = 1", "\n\nif x > 2: q"))
    assert statuses(report) == ["ran", "ran"]
    assert [(one.line, one.code) for one in report.cells[1].lint] == [(3, "F821")]
    assert report.cells[0].receipt is not None
    assert report.cells[1].receipt is None and report.receipt is None


async def test_two_thousand_cells_are_looked_at_in_parts(notebooks: Make):
    runner = FakeRunner()
    sources = ["x0 = 0", *(f"x{n} = x{n - 1} + 1" for n in range(1, 2000))]
    report = await proved(notebooks(runner), request(*sources))
    assert report.status == "ran" and len(report.cells) == 2000
    assert sum(len(job.files) for job in runner.analysis_jobs) == 2000
    assert max(len(job.files) for job in runner.analysis_jobs) <= 100
    # Receipts that name every cell above would be larger than the notebook.
    assert len(report.model_dump_json()) < 16 * 1024 * 1024


async def test_packages_of_the_kernel_are_installed_where_they_are_missing(notebooks: Make):
    runner = FakeRunner()
    asked = request("import surely_not_here", packages=["surely-not-here", "other"])
    report = await proved(notebooks(runner), asked)
    assert [job.requirements for job in runner.notebook_jobs] == [[], ["surely-not-here"]]
    assert report.cells[0].error is not None and report.cells[0].error.type == "ModuleNotFoundError"


async def test_a_package_that_can_not_be_had_leaves_the_report(notebooks: Make):
    class Offline(FakeRunner):
        async def run_notebook(self, job: NotebookJob, listener: Any = None) -> NotebookRun:
            if job.requirements:
                raise Unprocessable("The index does not answer.")
            return await super().run_notebook(job, listener)

    asked = request("import surely_not_here", "1 / 0", packages=["surely-not-here"])
    report = await proved(notebooks(Offline()), asked)
    assert [cell.reason for cell in report.cells] == ["The index does not answer.", ""]


async def test_a_proposal_brings_its_packages(notebooks: Make):
    runner = FakeRunner()
    # seaborn is in no image, and in this process neither.
    await proved(notebooks(runner), request("sns.set_theme()", packages=["seaborn"]))
    assert [job.requirements for job in runner.notebook_jobs] == [[], [], ["seaborn"]]


async def test_a_proposal_that_can_not_be_tried_is_none(notebooks: Make):
    class Once(FakeRunner):
        async def run_notebook(self, job: NotebookJob, listener: Any = None) -> NotebookRun:
            if self.notebook_jobs:
                raise RunnerUnavailable("Gone.")
            return await super().run_notebook(job, listener)

    report = await proved(notebooks(Once()), request("print(x)", "x = 1"))
    assert (report.status, report.proposal) == ("failed", None)


async def test_a_receipt_does_not_claim_a_scan_that_was_left_out(signer: Signer):
    runner = FakeRunner()
    validator = Validator(runner, ValidationSettings(enable_security_scan=False), signer)
    room = Notebooks(runner, validator, NotebookSettings(), signer=signer)
    report = await proved(room, request("x = 1"))
    assert report.receipt is not None and list(report.receipt.signals) == ["lint"]


async def test_packages_of_nobody_are_not_installed(notebooks: Make):
    runner = FakeRunner()
    report = await proved(notebooks(runner), request("import surely_not_here"))
    assert [job.requirements for job in runner.notebook_jobs] == [[]]
    assert "nobody allowed it" in report.cells[0].reason


async def test_a_run_that_was_not_carried_out_is_no_report(notebooks: Make):
    with pytest.raises(RunnerUnavailable):
        await proved(notebooks(FakeRunner(notebook=ended("infrastructure", 0))), request("1"))


async def test_there_must_be_code_at_the_position(notebooks: Make):
    for only in (1, 2):
        with pytest.raises(InvalidInput) as caught:
            await notebooks(FakeRunner()).admit("ada", request("1", " ", only=only))
        assert caught.value.field == "only"


async def test_there_must_be_some_code(notebooks: Make):
    with pytest.raises(InvalidInput) as caught:
        await notebooks(FakeRunner()).admit("ada", request("", "\n"))
    assert caught.value.field == "cells"


async def test_a_cell_is_told_as_soon_as_it_ended(notebooks: Make):
    told: list[tuple[int, str]] = []
    room = notebooks(FakeRunner())
    notebook = await room.admit("ada", request("1", "", "1 / 0"))
    await room.prove(notebook, lambda cell: told.append((cell.index, cell.status)))
    assert told == [(0, "ran"), (2, "failed")]


def test_a_report_of_a_cell_has_no_data():
    # What the sandbox hands over about a cell: nothing that a notebook's values could be read from.
    assert set(CellRun.model_fields) == {
        "number", "error", "stdout", "stdout_cut", "left_out", "duration_ms",
    }  # fmt: skip
