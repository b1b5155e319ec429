"""A page of a long list costs what a page of a short one does: it is walked and counted in an index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jupyter_coding_agent.artifacts.models import ListQuery as ArtifactsQuery
from jupyter_coding_agent.artifacts.store import ArtifactStore
from jupyter_coding_agent.executions.models import ListQuery as ExecutionsQuery
from jupyter_coding_agent.executions.store import ExecutionStore
from jupyter_coding_agent.sessions.models import SessionsQuery
from jupyter_coding_agent.sessions.store import SessionStore
from jupyter_coding_agent.storage.filters import equal_to

from .plans import Recording


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Recording]:
    opened = await Recording.open(tmp_path / "test.sqlite3")
    assert isinstance(opened, Recording)
    opened.asked.clear()
    yield opened
    await opened.close()


def rows_read(steps: list[str]) -> list[str]:
    """The steps by which the rows of a page are chosen and counted: those in an index of a list's table."""
    return [step for step in steps if "INDEX artifacts" in step or "INDEX code_exe" in step]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({}, "(user=?)"),
        ({"page": 2500}, "(user=?)"),
        ({"type": "output"}, "(user=? AND type=?)"),
        ({"language": "sql"}, "(user=? AND language=?)"),
        (
            {"type": "output", "language": "sql"},
            "(user=? AND type=? AND language=?)",
        ),
        ({"session_id": "ses_1"}, "(session_id=? AND user=?)"),
        ({"execution_id": "exe_1"}, "(execution_id=? AND user=?)"),
    ],
)
async def test_artifacts_are_found_in_order_in_an_index(database: Recording, query, index):
    await ArtifactStore(database).page("ada", ArtifactsQuery.model_validate(query))
    steps = await database.plans()
    # Which of two indexes counts is no matter.
    assert [step[step.index("(") :] for step in rows_read(steps)] == [index] * 2
    assert not [step for step in steps if "ORDER BY" in step]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({}, "(user=?)"),
        ({"status": "failed"}, "(user=? AND status=?)"),
        ({"language": "sql"}, "(user=? AND language=?)"),
        ({"session_id": "ses_1"}, "(session_id=? AND user=?)"),
    ],
)
async def test_executions_are_found_in_order_in_an_index(database: Recording, query, index):
    await ExecutionStore(database).page("ada", ExecutionsQuery.model_validate(query))
    steps = await database.plans()
    assert [step[step.index("(") :] for step in rows_read(steps)] == [index] * 2
    assert not [step for step in steps if "ORDER BY" in step]


@pytest.mark.parametrize("q", [None, "word"])
async def test_no_session_and_no_message_is_read_to_know_those_of_a_page(database: Recording, q):
    await SessionStore(database, 1000).page("ada", SessionsQuery(q=q))
    steps = await database.plans()
    tables = ("SCAN sessions", "SCAN m ", "SCAN messages ")
    assert [step for step in steps if step.startswith(tables)] == []
    assert not [step for step in steps if step.startswith("SEARCH m ") and "COVERING" not in step]


async def test_what_was_found_is_walked_once_and_then_on_one_page_only(database: Recording):
    await SessionStore(database, 1000).page("ada", SessionsQuery(q="word"))
    steps = [step for step in await database.plans() if step.startswith("SCAN f VIRTUAL TABLE")]
    # Titles and messages; then those that could be shown, and those that are, each between two places.
    assert sorted(step.rpartition(":")[2] for step in steps) == ["M1", "M1", "M1><", "M1><"]


def test_only_what_is_asked_for_is_a_condition():
    assert equal_to({"user": "ada", "type": None, "language": ""}) == "user = :user AND language = :language"
