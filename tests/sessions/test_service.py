"""Sessions as their user sees them."""

from __future__ import annotations

import sqlite3

import pytest

from jupyter_coding_agent.core.errors import Conflict, InvalidInput, NotFound
from jupyter_coding_agent.sessions.models import (
    ExportQuery,
    NewMessage,
    NewSession,
    PageQuery,
    SessionsQuery,
)
from jupyter_coding_agent.sessions.service import SessionService
from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.storage.migrations import MIGRATIONS
from tests.scripted_loop import USER, request

from .conftest import Start


async def begun(sessions: SessionService, title: str | None = None, *texts: str, user: str = USER) -> str:
    session = (await sessions.create(user, NewSession(title=title))).session_id
    for text in texts:
        await sessions.add(user, session, NewMessage(role="user", text=text))
    return session


async def found(sessions: SessionService, q: str | None = None, user: str = USER) -> list[str]:
    return [one.title for one in (await sessions.page(user, SessionsQuery(q=q))).sessions]


async def test_a_session_is_named_by_its_first_request_unless_it_has_a_title(sessions: SessionService):
    untitled, titled = await begun(sessions), await begun(sessions, "Orders")
    assert (await sessions.view(USER, untitled, PageQuery())).title == "New session"
    for session in (untitled, titled):
        await sessions.add(USER, session, NewMessage(role="system", text="a note"))
        await sessions.add(USER, session, NewMessage(role="user", text=f"Sort\n a   list {'x' * 100}"))
        await sessions.add(USER, session, NewMessage(role="user", text="second"))
    title = (await sessions.view(USER, untitled, PageQuery())).title
    assert title.startswith("Sort a list xxx")
    assert (len(title), title[-1]) == (60, "…")
    assert (await sessions.view(USER, titled, PageQuery())).title == "Orders"


async def test_lists_are_paged_the_last_used_first(sessions: SessionService):
    names = [await begun(sessions, f"s{n}") for n in range(5)]
    await begun(sessions, "hers", user="eve")
    await sessions.add(USER, names[1], NewMessage(role="user", text="again"))
    async with sessions._store._database.transaction() as tx:
        for n, name in enumerate(names):
            await tx.execute("UPDATE sessions SET updated_at = ? WHERE id = ?", (f"2026-01-0{n + 1}", name))
    await sessions.add(USER, names[1], NewMessage(role="user", text="again"))
    page = await sessions.page(USER, SessionsQuery(limit=2))
    assert ([one.title for one in page.sessions], page.total, page.page) == (["s1", "s4"], 5, 1)
    assert page.sessions[0].message_count == 2
    page = await sessions.page(USER, SessionsQuery(limit=2, page=3))
    assert [one.title for one in page.sessions] == ["s0"]


async def test_the_latest_messages_come_first_and_each_page_is_in_order(sessions: SessionService):
    session = await begun(sessions, "s", *map(str, range(5)))

    async def texts(page: int) -> list[str]:
        view = await sessions.view(USER, session, PageQuery(limit=2, page=page))
        assert (view.message_count, view.page) == (5, page)
        return [message.text for message in view.messages]

    assert [await texts(page) for page in (1, 2, 3, 4)] == [["3", "4"], ["1", "2"], ["0"], []]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("orders", {"Clean orders", "Other"}),
        ("ORDER", {"Clean orders", "Other"}),
        ("clean orders", {"Clean orders"}),
        ("orders clean", {"Clean orders"}),
        ("clean test duplicates", {"Clean orders"}),
        ("cafe duplicates", set()),
        ("duplicate", {"Clean orders"}),
        ("rders", set()),
        ("cafe", {"Other"}),
        ("drop_duplicates(", {"Clean orders"}),
        ('"orders" OR NOT title:', set()),
        ("clean* NOT", set()),
        ("hers", set()),
    ],
)
async def test_words_are_looked_for_in_titles_and_messages(sessions: SessionService, words, titles):
    await begun(sessions, "Clean orders", "use drop_duplicates() please", "and a test")
    await begun(sessions, "Other", "the café's orders")
    await begun(sessions, "hers", "orders", user="eve")
    assert set(await found(sessions, words)) == titles


async def test_what_is_found_is_shown_around_the_words(sessions: SessionService):
    await begun(sessions, "a", f"{'before ' * 50}needle {'after ' * 50}")
    await begun(sessions, "needle")
    page = await sessions.page(USER, SessionsQuery(q="needle"))
    titled, told = page.sessions
    assert titled.snippet is None
    assert told.snippet is not None
    assert "needle" in told.snippet
    assert len(told.snippet) < 200


async def test_of_several_messages_the_one_with_most_of_the_words_is_shown(sessions: SessionService):
    await begun(sessions, "s", "plot the orders", "plot the orders by month", "and now the orders")
    page = await sessions.page(USER, SessionsQuery(q="month plot orders"))
    assert page.sessions[0].snippet == "plot the orders by month"


async def test_each_page_shows_words_of_its_own_sessions_whatever_their_order(sessions: SessionService):
    names = [await begun(sessions, f"s{n}", f"word {n} first", f"word {n} last") for n in range(5)]
    async with sessions._store._database.transaction() as tx:
        for day, n in enumerate((3, 0, 4, 1, 2)):
            used = (f"2026-01-0{9 - day}", names[n])
            await tx.execute("UPDATE sessions SET updated_at = ? WHERE id = ?", used)
    shown = []
    for page in (1, 2, 3, 4):
        listed = await sessions.page(USER, SessionsQuery(q="word", limit=2, page=page))
        shown += [(one.title, one.snippet) for one in listed.sessions]
        assert listed.total == 5
    assert shown == [(f"s{n}", f"word {n} last") for n in (3, 0, 4, 1, 2)]


async def test_there_is_an_end_of_words(sessions: SessionService):
    with pytest.raises(InvalidInput, match="at most 20 words"):
        await sessions.page(USER, SessionsQuery(q="a " * 21))


async def test_without_a_word_nothing_can_be_looked_for(sessions: SessionService):
    with pytest.raises(InvalidInput) as refused:
        await sessions.page(USER, SessionsQuery(q='"*_-'))
    assert refused.value.field == "q"


async def test_the_index_follows_renaming_and_deleting(sessions: SessionService, database: Database):
    one, two = await begun(sessions, "first", "alpha"), await begun(sessions, "second", "alpha", "beta")
    await sessions.rename(USER, one, "third")
    assert (await found(sessions, "first"), await found(sessions, "third")) == ([], ["third"])
    await sessions.delete(USER, one)
    assert await found(sessions, "alpha") == ["second"]
    messages = (await sessions.view(USER, two, PageQuery())).messages
    await sessions.remove(USER, two, messages[0].message_id)
    assert (await found(sessions, "alpha"), await found(sessions, "beta")) == ([], ["second"])
    await sessions.remove(USER, two)
    assert await found(sessions, "beta") == []
    async with database.transaction() as tx:
        for index in ("sessions_found", "messages_found"):
            await tx.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")


async def test_another_users_session_is_not_there(sessions: SessionService):
    session = await begun(sessions, "mine", "text")
    message = (await sessions.view(USER, session, PageQuery())).messages[0].message_id
    note = NewMessage(role="user", text="x")
    for call in [
        sessions.view("eve", session, PageQuery()),
        sessions.rename("eve", session, "hers"),
        sessions.delete("eve", session),
        sessions.add("eve", session, note),
        sessions.pin("eve", session, message, True),
        sessions.remove("eve", session, message),
        sessions.remove("eve", session),
        sessions.export("eve", session, ExportQuery()),
        sessions.conversation("eve", session, "exe"),
    ]:
        with pytest.raises(NotFound):
            await call
    kept = await sessions.view(USER, session, PageQuery())
    assert (kept.title, [one.text for one in kept.messages]) == ("mine", ["text"])


async def test_a_message_of_another_session_is_not_there(sessions: SessionService):
    one, two = await begun(sessions, "one", "text"), await begun(sessions, "two")
    message = (await sessions.view(USER, one, PageQuery())).messages[0].message_id
    for call in (sessions.pin(USER, two, message, True), sessions.remove(USER, two, message)):
        with pytest.raises(NotFound) as refused:
            await call
        assert refused.value.field == "message_id"
    assert (await sessions.view(USER, one, PageQuery())).message_count == 1


async def test_a_message_may_name_an_execution_of_the_users_own(start: Start, sessions, session: str):
    service = await start()
    mine = (await service.accept(USER, request())).execution_id
    hers = (await service.accept("eve", request())).execution_id
    note = await sessions.add(USER, session, NewMessage(role="user", text="see", execution_id=mine))
    assert note.execution_id == mine
    for name in (hers, "exe_no"):
        with pytest.raises(NotFound) as refused:
            await sessions.add(USER, session, NewMessage(role="user", text="see", execution_id=name))
        assert refused.value.field == "execution_id"
    assert (await sessions.view(USER, session, PageQuery())).message_count == 1


async def test_messages_are_pinned_as_far_as_models_can_be_told(sessions: SessionService, session: str):
    texts = ["short", "word " * 2000]
    notes = [await sessions.add(USER, session, NewMessage(role="user", text=text)) for text in texts]
    assert (await sessions.pin(USER, session, notes[0].message_id, True)).pinned
    with pytest.raises(Conflict):
        await sessions.pin(USER, session, notes[1].message_id, True)
    with pytest.raises(Conflict):
        await sessions.add(USER, session, NewMessage(role="user", text=texts[1], pinned=True))
    view = await sessions.view(USER, session, PageQuery())
    assert [message.pinned for message in view.messages] == [True, False]
    assert not (await sessions.pin(USER, session, notes[0].message_id, False)).pinned


async def test_keys_of_an_older_database_become_sessions(tmp_path):
    path = tmp_path / "old.sqlite3"
    with sqlite3.connect(path) as old:
        old.execute("CREATE TABLE migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL)")
        for name, statements in MIGRATIONS:
            if name == "0003_sessions":
                break
            for statement in statements:
                old.execute(statement)
            old.execute("INSERT INTO migrations VALUES (?, '2026')", (name,))
        old.executemany("INSERT INTO users (name, created_at) VALUES (?, '2026')", [("ada",), ("eve",)])
        rows = [("e1", "ada", "k"), ("e2", "ada", "k"), ("e3", "eve", "k"), ("e4", "ada", None)]
        old.executemany(
            """
            INSERT INTO code_executions (id, user, session_id, status, request, created_at)
            VALUES (?, ?, ?, 'passed', '{}', '2026')
            """,
            rows,
        )
    old.close()
    database = await Database.open(path)
    grouped = await database.fetch_all(
        """
        SELECT e.id, s.user, s.title FROM code_executions AS e LEFT JOIN sessions AS s ON s.id = e.session_id
        ORDER BY e.id
        """
    )
    ids = await database.fetch_all("SELECT DISTINCT session_id FROM code_executions ORDER BY rowid")
    await database.close()
    assert [tuple(row) for row in grouped] == [
        ("e1", "ada", "k"),
        ("e2", "ada", "k"),
        ("e3", "eve", "k"),
        ("e4", None, None),
    ]
    assert len(ids) == 3
    assert ids[0]["session_id"] == "k"
