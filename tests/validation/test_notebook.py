"""A notebook in a request: what is taken of it, and what a verdict says of it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from jupyter_coding_agent.core.errors import Unprocessable
from jupyter_coding_agent.runner.models import Analysis, AnalysisJob
from jupyter_coding_agent.validation.languages import LANGUAGES
from jupyter_coding_agent.validation.models import CarriedValue, Notebook, NotebookProof, ValidationRequest
from jupyter_coding_agent.validation.notebook import MAX_CHARACTERS
from jupyter_coding_agent.validation.proof import cell_digest, lacking
from jupyter_coding_agent.validation.receipts import Signer
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from jupyter_coding_agent.validation.versions import differences
from tests.fakes import FakeRunner

TESTS = {"test_solution.py": "def test_it(cell):\n    assert cell(conn=1)\n"}
NOTEBOOK = Notebook(
    before=["import pandas as pd  \n"],
    values={"n": CarriedValue(description="int", content="3")},
    missing={"conn": "it is an open network connection", "other": "it is a lock"},
)


def request(code: str = "x = conn\n", **fields) -> ValidationRequest:
    given = {"files": {"solution.py": code}, "tests": TESTS, "cell": "solution.py", "notebook": NOTEBOOK}
    return ValidationRequest(**(given | fields))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ({"values": {"a b": {"description": "", "content": "1"}}}, "'a b' is not a name"),
        ({"values": {"a": {"description": "", "content": "{"}}}, "not JSON text"),
        ({"values": {"a": {"description": "", "content": "[" * 200_000}}}, "nested too deeply"),
        ({"missing": {"": "x"}}, "at least 1 character"),
        ({"before": ["x" * (MAX_CHARACTERS + 1)]}, "carry fewer rows"),
        ({"before": ["x"] * 51}, "at most 50"),
        ({"pickles": {}}, "Extra inputs"),
    ],
)
def test_what_is_wrong_with_it_is_said_at_the_door(field, wrong):
    with pytest.raises(ValidationError, match=wrong):
        Notebook.model_validate(field)


def test_its_digest_tells_every_part_from_every_other():
    value = CarriedValue(description="int", content="1")
    parts = [
        Notebook(),
        Notebook(before=["a", "b"]),
        Notebook(before=["ab"]),
        Notebook(before=["b", "a"]),
        Notebook(values={"a": value}),
        Notebook(values={"a": CarriedValue(description="int", content="2")}),
        Notebook(missing={"a": "int"}),
        Notebook(versions={"a": "int"}),
    ]
    assert len({part.digest for part in parts}) == len(parts)
    assert (
        Notebook(values={"a": value, "b": value}).digest == Notebook(values={"b": value, "a": value}).digest
    )


async def test_the_cell_has_to_run_there_as_it_is():
    runner = FakeRunner()
    verdict = await Validator(runner, ValidationSettings()).validate(request("x = boom\n"), generated=True)
    (job,) = runner.test_jobs
    assert job.notebook.values == {"n": "3"}
    assert verdict.status == "failed"
    assert [(result.kind, result.outcome) for result in verdict.signals.tests.results] == [
        ("notebook", "failed"),
        ("soft", "failed"),
    ]
    assert "test_runs_in_the_notebook failed: NameError: name 'boom' is not defined" in verdict.explanation


async def test_what_is_not_there_is_not_judged_and_named(tmp_path):
    runner = FakeRunner()
    validator = Validator(runner, ValidationSettings(), Signer.load(tmp_path))
    verdict = await validator.validate(request())
    assert verdict.status == "passed", verdict.explanation
    assert verdict.receipt.notebook == NotebookProof(
        cells=[cell_digest("import pandas as pd")],
        values={"n": "int"},
        missing={"conn": "it is an open network connection"},
    )
    assert "conn could not be carried over: it is an open network connection." in verdict.explanation


async def test_another_notebook_is_another_verdict():
    runner = FakeRunner()
    validator = Validator(runner, ValidationSettings())
    for notebook in (NOTEBOOK, NOTEBOOK, NOTEBOOK.model_copy(update={"before": ["import math"]})):
        await validator.validate(request(notebook=notebook))
    assert len(runner.test_jobs) == 2


def test_an_empty_notebook_asks_for_no_run_of_its_own():
    suite = LANGUAGES["python"].suite(request(notebook=Notebook(versions={"a": "1"})), None)
    assert suite.there == {}


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("NameError: name 'conn' is not defined", {"conn": "it is an open network connection"}),
        ("NameError: name 'boom' is not defined", {}),
        ("KeyError: 'c'", {}),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'sales.csv'", {"sales.csv"}),
        ("gaierror: [Errno -3] Temporary failure in name resolution", {"the network"}),
        ("ValueError: FileNotFound", {}),
    ],
)
def test_what_the_sandbox_lacks(message, found):
    lacks = lacking(message, NOTEBOOK)
    assert lacks == found if isinstance(found, dict) else lacks.keys() == found


def test_names_that_a_cell_takes_from_others():
    needs = LANGUAGES["python"].needs
    assert needs(
        ["%%time\nx = [a for a in rows]\ndf = df.copy()", "def f(p):\n    return p + x + later"]
    ) >= {
        "rows",
        "df",
        "later",
    }
    assert not needs(["import os\nx = 1\nprint(x, [y for y in os.environ])"]) & {"x", "os", "y"}


def test_versions_that_matter():
    kernel = {"Pandas": "3.0.1", "numpy": "2.2.9", "tiny": "0.3.0", "big": "1.9", "other": "2.0"}
    image = {"pandas": "2.2.3", "numpy": "2.2.4", "tiny": "0.4.0", "big": "1.2", "other": "1.0"}
    assert differences(["pandas", "numpy", "tiny", "big", "absent"], kernel, image) == {
        "pandas": ("3.0.1", "2.2.3"),
        "tiny": ("0.3.0", "0.4.0"),
    }


class Layers(FakeRunner):
    """Holds pandas 2; another version can be had or not."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__(analysis=self._versions)
        self.asked: list[list[str]] = []
        self._error = error

    @staticmethod
    def _versions(job: AnalysisJob) -> Analysis:
        return Analysis(packages={"pandas": "2.2.3"} if job.packages else {})

    async def install(self, language, requirements, progress=None):
        self.asked.append(requirements)
        if self._error:
            raise self._error
        return "layer"


@pytest.mark.parametrize(
    ("match", "error", "requirements", "said"),
    [
        (False, None, [], True),
        (True, None, ["pandas==3.0.1"], False),
        (True, Unprocessable("no wheel"), [], True),
    ],
)
async def test_the_notebook_s_versions_are_brought_or_the_difference_is_shown(
    match, error, requirements, said
):
    runner = Layers(error)
    validator = Validator(runner, ValidationSettings(match_kernel_packages=match, cache_size=0))
    where = NOTEBOOK.model_copy(update={"versions": {"pandas": "3.0.1"}})
    for _ in range(2):
        verdict = await validator.validate(request(notebook=where))
    assert [job.requirements for job in runner.test_jobs] == [requirements] * 2
    assert bool(verdict.notebook.packages) is said
    assert ("pandas is another version there: 3.0.1 in the notebook, 2.2.3" in verdict.explanation) is said
    # What can't be had is not asked for again.
    assert len(runner.asked) == (0 if not match else 1 if error else 2)


async def test_versions_of_what_only_the_tests_import_are_no_matter():
    where = Notebook(before=["x = 1"], versions={"pandas": "3.0.1"})
    asked = request(notebook=where).model_copy(
        update={
            "files": {"solution.py": "y = x\n"},
            "tests": {
                "test_solution.py": "import pandas\n\ndef test_it(cell):\n    assert cell()['y'] == 1\n"
            },
        }
    )
    validator = Validator(Layers(), ValidationSettings(match_kernel_packages=False, cache_size=0))
    verdict = await validator.validate(asked)
    assert verdict.notebook.packages == {}
