"""Sessions as files and back."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest

from jupyter_coding_agent.core.errors import Conflict, InvalidInput
from jupyter_coding_agent.sessions.models import (
    ExportQuery,
    ImportRequest,
    NewMessage,
    PageQuery,
    SessionsQuery,
)
from jupyter_coding_agent.sessions.service import SessionService
from tests.scripted_loop import USER, ScriptedLoop, attempt, events_of, outcome, request

from .conftest import Start

FIELDS = {"role", "text", "status", "files", "pinned", "created_at"}


async def messages(sessions: SessionService, session: str, user: str = USER) -> list[dict[str, Any]]:
    page = await sessions.view(user, session, PageQuery(limit=100))
    return [message.model_dump(include=FIELDS) for message in page.messages]


@pytest.fixture
async def rich(start: Start, sessions: SessionService, session: str) -> str:
    """A session with everything that there is."""

    async def partly(recorder, task, history):
        one = attempt(1, "half = 1\n\n\nmore = 2\n", "failed")
        one.files |= {"query.sql": "SELECT 1", "pkg/a.py": "x = 1"}
        return outcome(one, status="partial")

    loop = ScriptedLoop()
    service = await start(loop)
    await events_of(service, (await service.accept(USER, request("sort", session_id=session))).execution_id)
    await sessions.add(USER, session, NewMessage(role="system", text="**bold**\n\n\ntext", pinned=True))
    loop.script = partly
    await events_of(service, (await service.accept(USER, request("more", session_id=session))).execution_id)
    return session


@pytest.mark.parametrize("format", ["json", "ipynb"])
async def test_what_is_exported_comes_back_as_it_was(sessions: SessionService, rich: str, format: str):
    exported = await sessions.export(USER, rich, ExportQuery(format=format))
    assert exported.content == (await sessions.export(USER, rich, ExportQuery(format=format))).content
    assert exported.name == f"{rich.replace('_', '-')}.{format}"
    document = json.loads(exported.content)
    back = await sessions.take_in("eve", ImportRequest(document=document))
    assert back.title == "sort"
    assert await messages(sessions, back.session_id, "eve") == await messages(sessions, rich)
    renamed = await sessions.take_in("eve", ImportRequest(document=document, title="mine"))
    assert renamed.title == "mine"


async def test_a_notebook_reads_as_the_conversation_and_says_what_is_not_validated(sessions, rich: str):
    exported = await sessions.export(USER, rich, ExportQuery(format="ipynb"))
    notebook = nbformat.reads(exported.content, as_version=4)
    nbformat.validate(notebook)
    assert [(cell.cell_type, cell.source.splitlines()[0]) for cell in notebook.cells] == [
        ("markdown", "**You**"),
        ("markdown", "**Agent** (passed)"),
        ("code", "# sort"),
        ("markdown", "**Note**"),
        ("markdown", "**You**"),
        ("markdown", "**Agent** (partial, not validated)"),
        ("code", "half = 1"),
        ("raw", "SELECT 1"),
        ("code", "x = 1"),
    ]
    assert [cell.metadata.get("tags") for cell in notebook.cells if cell.cell_type != "markdown"] == [
        [],
        ["not-validated"],
        ["not-validated"],
        ["not-validated"],
    ]


async def test_what_was_edited_in_the_notebook_is_what_comes_back(sessions: SessionService, rich: str):
    notebook = json.loads((await sessions.export(USER, rich, ExportQuery(format="ipynb"))).content)
    notebook["cells"][0]["source"] = "sort quickly"
    notebook["cells"][2]["source"] = ["a = 1\n", "b = 2"]
    back = await sessions.take_in(USER, ImportRequest(document=notebook))
    first, second, *_ = await messages(sessions, back.session_id)
    assert (first["text"], second["files"]) == ("sort quickly", {"solution.py": "a = 1\nb = 2"})


async def test_any_notebook_is_a_session_and_none_of_it_runs(sessions: SessionService, tmp_path):
    proof = tmp_path / "ran"
    cells = [
        nbformat.v4.new_markdown_cell("# Orders"),
        nbformat.v4.new_code_cell(f"open({str(proof)!r}, 'w')"),
        nbformat.v4.new_code_cell("  "),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    session = await sessions.take_in(USER, ImportRequest(document=json.loads(nbformat.writes(notebook))))
    assert session.title == "Imported notebook"
    told = await messages(sessions, session.session_id)
    assert [message["role"] for message in told] == ["user", "system"]
    assert not proof.exists()


async def test_an_old_notebook_is_read_as_well(sessions: SessionService):
    cell = {"cell_type": "code", "input": "x = 1", "outputs": [], "language": "python", "metadata": {}}
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [{"cells": [cell], "metadata": {}}],
    }
    session = await sessions.take_in(USER, ImportRequest(document=old))
    assert [message["text"] for message in await messages(sessions, session.session_id)] == ["x = 1"]


def exported(**message: Any) -> dict[str, Any]:
    return {
        "format": "jupyter-coding-agent-session",
        "version": 1,
        "title": "t",
        "messages": [{"role": "user", "text": "a"}, {"role": "user", "text": "b", **message}],
    }


def notebook(metadata: Any, *, first: bool = False) -> dict[str, Any]:
    cell = {"cell_type": "code", "source": "x", "metadata": {"coding_agent": metadata}, "outputs": []}
    mine = {"cell_type": "markdown", "source": "hello", "metadata": {"coding_agent": {"role": "user"}}}
    cells = [cell | {"execution_count": None}] if first else [mine, cell | {"execution_count": None}]
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "document"),
        ({"format": "zip"}, "document.format"),
        (exported() | {"version": 2}, "document.version"),
        (exported() | {"more": 1}, "document.more"),
        (exported(role="root"), "document.messages.1.role"),
        (exported(text=" "), "document.messages.1.text"),
        (exported(text="x" * 100_001), "document.messages.1.text"),
        (exported(status="great"), "document.messages.1.status"),
        (exported(files={"a\nb": "x"}), "document.messages.1.files"),
        (exported(files={"a.py": 7}), "document.messages.1.files.a.py"),
        (exported(execution_id="exe_1"), "document.messages.1.execution_id"),
        (exported(created_at="yesterday"), "document.messages.1.created_at"),
        (exported(created_at="2026-01-01T00:00:00"), "document.messages.1.created_at"),
        ({"nbformat": 4}, "document"),
        ({"nbformat": "4", "cells": []}, "document"),
        ({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "x"}]}, "document"),
        ({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}, "document.cells"),
        (notebook("text"), "document.cells.1.metadata.coding_agent"),
        (notebook([1]), "document.cells.1.metadata.coding_agent"),
        (notebook({"path": "a.py"}, first=True), "document.cells.0.metadata.coding_agent"),
        (notebook({"role": "root"}), "document.messages.1.role"),
        (notebook({}), "document.messages.1.role"),
    ],
)
async def test_what_can_not_be_read_is_refused_by_name_and_nothing_is_stored(sessions, document, field: str):
    with pytest.raises(InvalidInput) as refused:
        await sessions.take_in(USER, ImportRequest(document=document))
    assert (refused.value.field or "").startswith(field)
    assert (await sessions.page(USER, SessionsQuery())).total == 0


async def test_more_pins_than_models_can_be_told_are_refused(sessions: SessionService):
    document = exported(pinned=True, text="word " * 5000)
    with pytest.raises(Conflict):
        await sessions.take_in(USER, ImportRequest(document=document))
    assert (await sessions.page(USER, SessionsQuery())).total == 0


async def test_times_are_kept_as_everywhere(sessions: SessionService):
    document = exported(created_at="2026-01-01T02:00:00+02:00")
    session = await sessions.take_in(USER, ImportRequest(document=document))
    assert (await messages(sessions, session.session_id))[1]["created_at"] == "2026-01-01T00:00:00.000Z"
