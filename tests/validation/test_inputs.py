"""Files that the code works with: in its working directory, and in what a verdict is known by."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from jupyter_coding_agent.core.errors import Unprocessable
from jupyter_coding_agent.validation.models import InputFile, RequestWithInputs, ValidationRequest
from jupyter_coding_agent.validation.receipts import context_of
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.fakes import FakeRunner
from tests.validation.test_service import ANALYSIS, CODE, TESTS


def request(path: Path, sha256: str = "0", name: str = "in.csv") -> RequestWithInputs:
    given = InputFile(path=name, size=1, sha256=sha256, location=path)
    return RequestWithInputs(files={"solution.py": CODE}, tests={"test_solution.py": TESTS}, inputs=[given])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "content"
    path.write_bytes(b"a\n1\n")
    return path


async def test_they_are_laid_out_for_every_run(data: Path):
    runner = FakeRunner(analysis=ANALYSIS)
    validator = Validator(runner, ValidationSettings())
    verdict = await validator.validate(request(data))
    await validator.challenge(request(data), verdict)
    assert runner.mutation_jobs
    for job in (*runner.test_jobs, *runner.mutation_jobs):
        assert job.data == {"in.csv": b"a\n1\n"}
    assert all("in.csv" not in job.files for job in runner.analysis_jobs)


async def test_other_content_is_judged_anew(data: Path):
    runner = FakeRunner(analysis=ANALYSIS)
    validator = Validator(runner, ValidationSettings())
    for sha256, runs in (("0", 1), ("0", 1), ("1", 2)):
        await validator.validate(request(data, sha256))
        assert len(runner.test_jobs) == runs


async def test_the_codes_own_file_of_that_name_stands(data: Path):
    runner = FakeRunner(analysis=ANALYSIS)
    await Validator(runner, ValidationSettings()).validate(request(data, name="solution.py"))
    assert all(job.data == {} for job in runner.test_jobs)


async def test_a_file_that_is_gone_is_a_sentence(tmp_path: Path):
    with pytest.raises(Unprocessable, match="Upload it again"):
        await Validator(FakeRunner(analysis=ANALYSIS), ValidationSettings()).validate(
            request(tmp_path / "gone")
        )


def test_a_receipt_knows_them_and_no_path_of_this_machine(data: Path):
    given, plain = request(data), ValidationRequest(files={"solution.py": CODE})
    assert context_of(given)["inputs"] == {"in.csv": "0"}
    assert "inputs" not in context_of(plain)
    assert str(data) not in given.model_dump_json()


def test_nobody_names_a_file_of_this_machine_from_outside():
    with pytest.raises(ValidationError):
        ValidationRequest.model_validate(
            {
                "files": {"a.py": ""},
                "inputs": [{"path": "a", "size": 1, "sha256": "", "location": "/etc/passwd"}],
            }
        )
