"""What an archive holds, asked for over HTTP."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from jupyter_coding_agent.agents.models import History, Outcome, Task
from jupyter_coding_agent.agents.ports import Recorder
from jupyter_coding_agent.delivery.handlers import routes
from jupyter_coding_agent.delivery.service import Delivery, archive_of
from jupyter_coding_agent.executions.models import ExecutionView, Output
from jupyter_coding_agent.executions.service import ExecutionService
from jupyter_coding_agent.validation.models import Signals
from jupyter_coding_agent.validation.receipts import Signer
from jupyter_coding_agent.web.headers import USER_HEADER, encode_user
from tests.executions.conftest import Start, database, start
from tests.scripted_loop import TESTS, Gate, ScriptedLoop, attempt, outcome, passes, request
from tests.serving import served

__all__ = ["database", "start"]  # fixtures


RECEIPT = {
    "status": "passed",
    "code_sha256": "1",
    "tests_sha256": "2",
    "context_sha256": "3",
    "signals": {},
    "quality_score": 9,
    "isolation": None,
    "effects": {},
    "kernel_python": None,
    "issued_at": "2026-01-01T00:00:00.000Z",
}


class Unfinished:
    """A loop whose best attempt did not pass, or that has none."""

    def __init__(self, *, attempts: bool) -> None:
        self._attempts = attempts

    async def __call__(self, recorder: Recorder, task: Task, history: History | None) -> Outcome:
        await recorder.tests_written(TESTS, None)
        if not self._attempts:
            return outcome(status="failed")
        one = attempt(1, "x = 1\n", "failed", error_class="assertion", error_message="1 != 2")
        await recorder.attempt(one)
        return outcome(one, status="partial")


def view(**fields: object) -> ExecutionView:
    known: dict[str, object] = {
        "execution_id": "exe_1",
        "status": "passed",
        "prompt": "Write <b>f</b>(x)\n# not a heading",
        "language": "python",
        "session_id": None,
        "attempt": 1,
        "attempts": 1,
        "code": "def f(x): return x\n",
        "files": {"solution.py": "def f(x): return x\n"},
        "requirements": ["pandas", "numpy"],
        "tests": {"test_solution.py": "def test_f(): pass\n"},
        "examples": [],
        "output": Output(),
        "signals": Signals(),
        "effects": None,
        "error_class": None,
        "quality_score": 9,
        "quality_parts": [],
        "model": "fake/model",
        "cost": 0,
        "receipt": None,
        "judgement": {},
        "explanation": "Tests: 1 of 1.\nCoverage: 100 %.",
        "error": None,
        "retry_of": None,
        "replay_of": None,
        "differs": [],
        "cached_from": None,
        "provenance": None,
        "created_at": "2026-01-01T00:00:00.000Z",
        "started_at": None,
        "finished_at": None,
    }
    return ExecutionView.model_validate(known | fields)


def contents(archive: bytes) -> dict[str, str]:
    """Path below the archive's folder → text."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name.partition("/")[2]: opened.read(name).decode() for name in opened.namelist()}


def test_sources_tests_and_what_they_need_are_in_it():
    files = contents(archive_of(view()).content)
    assert sorted(files) == [
        "LICENCE-NOTE.txt",
        "README.md",
        "conftest.py",
        "requirements.txt",
        "solution.py",
        "test_solution.py",
    ]
    assert files["requirements.txt"] == "numpy\npandas\n"
    assert "def cell(" in files["conftest.py"]


def test_the_readme_says_how_to_run_it_and_why_it_is_believed():
    text = contents(archive_of(view()).content)["README.md"]
    assert text.startswith("# Write b f /b (x) not a heading\n")
    assert "> Write <b>f</b>(x)\n> # not a heading" in text
    assert "pip install -r requirements.txt" in text and "python -m pytest" in text
    assert "## Why it is believed\n\n- Tests: 1 of 1.\n- Coverage: 100 %." in text
    assert "Not validated" not in text


def test_a_long_request_makes_a_short_title():
    title = contents(archive_of(view(prompt="word " * 100)).content)["README.md"].splitlines()[0]
    assert len(title) == 82 and title.endswith("…")


def test_what_has_no_tests_is_run_as_a_program():
    files = contents(archive_of(view(tests=None, requirements=[], status="failed")).content)
    assert "conftest.py" not in files
    assert "python solution.py" in files["README.md"] and "pip install" not in files["README.md"]


def test_what_is_not_validated_says_so_in_its_name_and_first():
    archive = archive_of(view(status="partial"))
    assert archive.name == "exe-1-not-validated.zip"
    text = contents(archive.content)["README.md"]
    assert text.splitlines()[2].startswith("**Not validated**: this result is partial.")
    assert "Why it is believed" not in text


def test_given_files_that_were_deleted_since_are_named_as_missing():
    provenance = {
        "parameters": {},
        "given": {"art_1": "a.csv", "art_2": "b`\n.csv"},
        "context_sha256": "",
        "language": "python",
        "image_digest": None,
        "prompts_version": "1",
        "product_version": "1",
        "settings": {},
        "chains_sha256": "",
        "first_models": {},
    }
    files = contents(archive_of(view(provenance=provenance), {"a.csv": b"a\n1\n"}).content)
    _, told = files["README.md"].split("## Files that are missing")
    assert "- `b.csv`" in told
    assert "a.csv" not in files["README.md"]
    whole = contents(archive_of(view(provenance=provenance), {"a.csv": b"", "b`\n.csv": b""}).content)
    assert "missing" not in whole["README.md"]
    assert "missing" not in contents(archive_of(view()).content)["README.md"]


def test_files_that_were_judged_stand_before_ours():
    files = contents(
        archive_of(view(files={"README.md": "theirs"}, tests={"conftest.py": "theirs too"})).content
    )
    assert (files["README.md"], files["conftest.py"]) == ("theirs", "theirs too")


@pytest.fixture
def loop() -> ScriptedLoop:
    return ScriptedLoop()


@pytest.fixture
async def executions(start: Start, loop: ScriptedLoop) -> ExecutionService:
    return await start(loop)


@pytest.fixture
async def client(executions: ExecutionService, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with served(routes(Delivery(executions)), tmp_path / "test.sock") as asking:
        yield asking


async def ended(executions: ExecutionService, user: str = "local") -> str:
    """The id of an execution that has come to its end."""
    accepted = await executions.accept(user, request())
    async for _ in await executions.follow(user, accepted.execution_id, 0):
        pass
    return accepted.execution_id


async def test_it_is_a_file_to_be_saved(client: httpx.AsyncClient, executions: ExecutionService):
    name = await ended(executions)
    reply = await client.get(f"/execute/{name}/archive")
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "application/zip"
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{name.replace("_", "-")}.zip"'
    assert contents(reply.content)["solution.py"] == "# sort a list\n"
    assert (await client.get(f"/execute/{name}/archive")).content == reply.content


async def test_a_receipt_goes_along(start: Start, tmp_path: Path):
    signer = Signer.load(tmp_path)

    async def proved(recorder: Recorder, task: Task, history: History | None) -> Outcome:
        found = await passes(recorder, task, history)
        best = found.attempts[0]
        assert best.verdict is not None
        receipt = signer.sign(RECEIPT)
        judged = best.verdict.model_copy(update={"receipt": receipt})
        return found.model_copy(update={"attempts": [best.model_copy(update={"verdict": judged})]})

    executions = await start(ScriptedLoop(proved), signer=signer)
    name = await ended(executions)
    archive = await Delivery(executions).archive("local", name)
    files = contents(archive.content)
    shown = await executions.view("local", name)
    assert shown.receipt is not None
    assert shown.receipt.signature in files["receipt.json"]
    assert shown.receipt.key_id in files["README.md"]


async def test_what_has_not_ended_can_not_be_packed(
    client: httpx.AsyncClient, executions: ExecutionService, loop: ScriptedLoop
):
    loop.script = gate = Gate()
    accepted = await executions.accept("local", request())
    await gate.reached.wait()
    reply = await client.get(f"/execute/{accepted.execution_id}/archive")
    assert reply.status_code == 409 and "still running" in reply.json()["message"]
    gate.opened.set()


async def test_where_nothing_came_of_it_there_is_nothing_to_pack(
    client: httpx.AsyncClient, executions: ExecutionService, loop: ScriptedLoop
):
    loop.script = Unfinished(attempts=False)
    reply = await client.get(f"/execute/{await ended(executions)}/archive")
    assert reply.status_code == 409 and "delivered no code" in reply.json()["message"]


async def test_a_partial_result_is_delivered_as_such(
    client: httpx.AsyncClient, executions: ExecutionService, loop: ScriptedLoop
):
    loop.script = Unfinished(attempts=True)
    reply = await client.get(f"/execute/{await ended(executions)}/archive")
    assert "-not-validated.zip" in reply.headers["Content-Disposition"]


async def test_nobody_gets_another_ones(client: httpx.AsyncClient, executions: ExecutionService):
    name = await ended(executions)
    reply = await client.get(f"/execute/{name}/archive", headers={USER_HEADER: encode_user("eve")})
    assert reply.status_code == 404
