"""The data signal: there for data code, of run and source together, and never in the way."""

from __future__ import annotations

from random import Random

import pytest

from jupyter_coding_agent.runner.models import Analysis, DataFinding
from jupyter_coding_agent.validation.models import ValidationRequest
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from jupyter_coding_agent.validation.silent import signal
from tests.fakes import FakeRunner

CODE = "def rows(df, mask):\n    df.loc[mask]['a'] = 1\n    return df\n"
TESTS = "def test_it():\n    assert 1 + 1 == 2\n"


def seen(kind="row_count", line=4, path="solution.py", message="m", where="run"):
    return DataFinding(kind=kind, message=message, path=path, line=line, seen=where)


def test_no_data_code_has_no_signal():
    assert signal([], [], ["solution.py"], data_code=False) is None
    assert signal([], [], ["solution.py"], data_code=True).passed


def test_each_kind_once_a_line_and_what_ran_knows_more():
    found = signal(
        [seen(where="source"), seen("leakage", 2, where="source")],
        [seen(message="3 into 5"), seen(message="again"), seen("empty_plot")],
        ["solution.py"],
        data_code=False,
    )
    assert not found.passed
    assert [(item.line, item.kind, item.message) for item in found.findings] == [
        (2, "leakage", "m"),
        (4, "empty_plot", "m"),
        (4, "row_count", "3 into 5"),
    ]


def test_findings_about_other_files_are_not_believed_and_many_are_cut():
    found = signal([], [seen(path="/etc/passwd"), seen(path=None)], ["solution.py"], data_code=False)
    assert found is None
    many = [seen(line=line) for line in range(1, 200)]
    assert len(signal(many, many, ["solution.py"], data_code=True).findings) == 50


@pytest.mark.parametrize(
    ("imports", "present"), [(["pandas"], True), (["numpy", "os"], True), (["os"], False)]
)
async def test_clean_code_has_it_where_it_imports_data_libraries(imports, present):
    runner = FakeRunner(analysis=Analysis(imports=imports))
    request = ValidationRequest(files={"solution.py": "x = 1\n"}, tests={"test_solution.py": TESTS})
    verdict = await Validator(runner, ValidationSettings(), random=Random(0)).validate(request)
    assert (verdict.signals.data is not None) is present
    assert verdict.status == "passed"


async def test_warnings_change_neither_status_nor_quality():
    request = ValidationRequest(files={"solution.py": CODE}, tests={"test_solution.py": TESTS})

    def warned(run):
        return run.model_copy(update={"data_findings": [seen(line=3)]})

    verdict = await Validator(FakeRunner(altered=warned), ValidationSettings(), random=Random(0)).validate(
        request
    )
    assert [(item.kind, item.line, item.seen) for item in verdict.signals.data.findings] == [
        ("chained_assignment", 2, "source"),
        ("row_count", 3, "run"),
    ]
    assert (verdict.status, verdict.quality_score, verdict.error_class) == ("passed", 10, None)
    assert verdict.explanation.endswith("2 warnings about the data.")
