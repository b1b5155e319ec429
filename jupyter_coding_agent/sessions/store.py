"""The SQL of sessions and their messages; `posting` has what the pipeline writes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from ..core.clock import iso, new_id, now
from ..core.errors import InvalidInput, NotFound
from ..storage.database import Database, Row, Transaction
from . import posting
from .models import (
    FoundSession,
    MessageView,
    NewMessage,
    PageQuery,
    SessionDetail,
    SessionsQuery,
    SessionView,
)
from .pins import check_pins
from .portable import Portable

UNTITLED = "New session"
_COUNTED = "*, (SELECT count(*) FROM messages AS m WHERE m.session_id = s.id) AS message_count"
_MOST_WORDS = 20
# Letters and digits: what the index is made of. Everything else is a gap between words.
_WORD = re.compile(r"[^\W_]+")


class SessionStore:
    """Raises StorageUnavailable where the database can't go on, NotFound for what isn't the user's."""

    def __init__(self, database: Database, pinned_tokens: int) -> None:
        self._database = database
        self._pinned_tokens = pinned_tokens

    async def create(self, user: str, title: str | None, portable: Portable | None = None) -> str:
        """A session, with the messages that it comes with; returns its id."""
        at, session_id = iso(now()), new_id("ses")
        async with self._database.transaction() as tx:
            await tx.execute("INSERT OR IGNORE INTO users (name, created_at) VALUES (?, ?)", (user, at))
            await tx.execute(
                "INSERT INTO sessions (id, user, title, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
                (session_id, user, title or "", at, at),
            )
            for message in portable.messages if portable else []:
                await posting.add(
                    tx,
                    session_id,
                    message.role,
                    message.text,
                    status=message.status,
                    files=message.files,
                    pinned=message.pinned,
                    at=message.created_at,
                )
            await self._check_pins(tx, session_id)
        return session_id

    async def page(self, user: str, query: SessionsQuery) -> tuple[list[FoundSession], int]:
        """One page, the one that was used last first, and how many there are in all."""
        words = _words(query.q) if query.q is not None else []
        values: dict[str, Any] = {
            "user": user,
            "any": " OR ".join(words),
            "limit": query.limit,
            "offset": (query.page - 1) * query.limit,
        }
        values |= {f"word{number}": word for number, word in enumerate(words)}
        rows = await self._database.fetch_all(_search(len(words)) if words else _PAGE, values)
        # A page beyond the last has one row, which only has the total.
        sessions = [row for row in rows if row["id"] is not None]
        found = [FoundSession(snippet=row["snippet"], **session_of(row).model_dump()) for row in sessions]
        return found, rows[0]["total"]

    async def get(self, user: str, session_id: str) -> SessionView:
        """One session."""
        row = await self._database.fetch_one(
            f"SELECT {_COUNTED} FROM sessions AS s WHERE id = ? AND user = ?",  # noqa: S608 - of constants; values are bound
            (session_id, user),
        )
        if row is None:
            raise posting.missing(session_id)
        return session_of(row)

    async def conversation(self, user: str, session_id: str, query: PageQuery) -> SessionDetail:
        """The session and one page of its messages."""
        session = await self.get(user, session_id)
        rows = await self._database.fetch_all(
            "SELECT * FROM messages WHERE session_id = ? ORDER BY number DESC LIMIT ? OFFSET ?",
            (session_id, query.limit, (query.page - 1) * query.limit),
        )
        messages = [message_of(row) for row in reversed(rows)]
        return SessionDetail(**session.model_dump(), messages=messages, page=query.page)

    async def messages(self, session_id: str) -> list[MessageView]:
        """All of them in order, of a session that was found to be the user's."""
        rows = await self._database.fetch_all(
            "SELECT * FROM messages WHERE session_id = ? ORDER BY number", (session_id,)
        )
        return [message_of(row) for row in rows]

    async def request_of(self, session_id: str, execution_id: str) -> str:
        """The id of the message that asked for an execution."""
        row = await self._database.fetch_one(
            "SELECT id FROM messages WHERE session_id = ? AND execution_id = ? ORDER BY number LIMIT 1",
            (session_id, execution_id),
        )
        if row is None:
            raise posting.missing(session_id)
        return str(row["id"])

    async def rename(self, user: str, session_id: str, title: str) -> None:
        """Give it another title."""
        async with self._database.transaction() as tx:
            await posting.own(tx, user, session_id)
            await tx.execute("UPDATE sessions SET title = ? WHERE id = ?", (title, session_id))

    async def delete(self, user: str, session_id: str) -> None:
        """Delete it with its messages; its executions stay, without a session."""
        async with self._database.transaction() as tx:
            await posting.own(tx, user, session_id)
            await tx.execute("DELETE FROM sessions WHERE id = ?", (session_id,))

    async def add(self, user: str, session_id: str, message: NewMessage) -> MessageView:
        """One more message. Raises Conflict where too much would be pinned."""
        async with self._database.transaction() as tx:
            await posting.own(tx, user, session_id)
            if message.execution_id is not None:
                await _check_execution(tx, user, message.execution_id)
            message_id = await posting.add(
                tx,
                session_id,
                message.role,
                message.text,
                execution_id=message.execution_id,
                pinned=message.pinned,
            )
            await self._check_pins(tx, session_id)
            row = await tx.fetch_one("SELECT * FROM messages WHERE id = ?", (message_id,))
        assert row is not None
        return message_of(row)

    async def pin(self, user: str, session_id: str, message_id: str, pinned: bool) -> MessageView:
        """Pin or unpin a message. Raises Conflict where too much would be pinned."""
        async with self._database.transaction() as tx:
            await posting.own(tx, user, session_id)
            row = await tx.fetch_one(
                "UPDATE messages SET pinned = ? WHERE id = ? AND session_id = ? RETURNING *",
                (pinned, message_id, session_id),
            )
            if row is None:
                raise _missing_message(message_id)
            await self._check_pins(tx, session_id)
        return message_of(row)

    async def remove(self, user: str, session_id: str, message_id: str | None) -> None:
        """Delete one message, or all of them where none is named."""
        async with self._database.transaction() as tx:
            await posting.own(tx, user, session_id)
            changed = await tx.execute(
                "DELETE FROM messages WHERE session_id = :session AND (:message IS NULL OR id = :message)",
                {"session": session_id, "message": message_id},
            )
            if message_id is not None and not changed:
                raise _missing_message(message_id)

    async def _check_pins(self, tx: Transaction, session_id: str) -> None:
        rows = await tx.fetch_all("SELECT text FROM messages WHERE session_id = ? AND pinned", (session_id,))
        check_pins([row["text"] for row in rows], self._pinned_tokens)


async def _check_execution(tx: Transaction, user: str, execution_id: str) -> None:
    row = await tx.fetch_one("SELECT 1 FROM code_executions WHERE id = ? AND user = ?", (execution_id, user))
    if row is None:
        raise NotFound(f"There is no execution {execution_id!r}.", field="execution_id")


def _missing_message(message_id: str) -> NotFound:
    return NotFound(f"There is no message {message_id!r} in this session.", field="message_id")


_PLACE_BITS = 32
_LATEST_FIRST = "ORDER BY updated_at DESC, number DESC"
_PAGE = f"""
SELECT total, s.*, (SELECT count(*) FROM messages AS m WHERE m.session_id = s.id) AS message_count,
    NULL AS snippet
FROM (SELECT count(*) AS total FROM sessions WHERE user = :user)
LEFT JOIN sessions AS s ON s.number IN (
    SELECT number FROM sessions WHERE user = :user {_LATEST_FIRST} LIMIT :limit OFFSET :offset
) {_LATEST_FIRST}
"""  # noqa: S608 - of constants; values are bound


def _search(words: int) -> str:
    """Sessions that have each word in the title or in any message: a session's words need not stand in one place.

    A message's place begins with its session's number, so nothing but the index is read to know the sessions. What is
    shown around the words is looked for in the sessions of one page, and walked over only from the first of their
    places to the last. (The + makes that one walk over what was found: the index would be asked anew for each.)
    """
    each = " INTERSECT ".join(_found(f":word{number}") for number in range(words))
    # What bm25 tells apart are words; to know how rare they are it walks over all that was found once more.
    score = "bm25(messages_found)" if words > 1 else "0"
    return f"""
    WITH found AS MATERIALIZED (
        SELECT s.number, s.updated_at FROM ({each}) CROSS JOIN sessions AS s ON s.number = session
        WHERE s.user = :user
    ), shown AS MATERIALIZED (SELECT number FROM found {_LATEST_FIRST} LIMIT :limit OFFSET :offset),
    ranked AS MATERIALIZED (
        SELECT f.rowid >> {_PLACE_BITS} AS session, f.rowid AS place, {score} AS score
        FROM messages_found AS f WHERE messages_found MATCH :any AND {_ON_PAGE}
            AND session IN (SELECT number FROM shown)
    ), best AS (
        SELECT place, row_number() OVER (PARTITION BY session ORDER BY score, place DESC) AS position FROM ranked
    ), snippets AS MATERIALIZED (
        SELECT f.rowid >> {_PLACE_BITS} AS session, snippet(messages_found, 0, '', '', '…', 16) AS snippet
        FROM messages_found AS f
        WHERE messages_found MATCH :any AND {_ON_PAGE}
            AND +f.rowid IN (SELECT place FROM best WHERE position = 1)
    )
    SELECT total, s.*, (SELECT count(*) FROM messages AS m WHERE m.session_id = s.id) AS message_count,
        (SELECT snippet FROM snippets WHERE session = s.number) AS snippet
    FROM (SELECT count(*) AS total FROM found)
    LEFT JOIN sessions AS s ON s.number IN (SELECT number FROM shown) {_LATEST_FIRST}
    """  # noqa: S608 - of constants; values are bound


_ON_PAGE = f"""f.rowid BETWEEN (SELECT min(number) FROM shown) << {_PLACE_BITS}
    AND (SELECT max(number) + 1 FROM shown) << {_PLACE_BITS}"""  # noqa: S608 - of constants; values are bound


def _found(word: str) -> str:
    # Each session once before the two are put together: a word may be in every message.
    return f"""
        SELECT DISTINCT session FROM (
            SELECT DISTINCT f.rowid >> {_PLACE_BITS} AS session FROM messages_found AS f
            WHERE messages_found MATCH {word}
            UNION ALL SELECT f.rowid FROM sessions_found AS f WHERE sessions_found MATCH {word}
        )
    """  # noqa: S608 - the name of a parameter


def _words(text: str) -> list[str]:
    """The words as the index is asked for them, each a word or its beginning."""
    words: Sequence[str] = _WORD.findall(text)
    if not words:
        raise InvalidInput("Give a word to look for: q has neither letters nor digits.", field="q")
    if len(words) > _MOST_WORDS:
        raise InvalidInput(f"Give at most {_MOST_WORDS} words to look for.", field="q")
    return [f'"{word}"*' for word in words]


def session_of(row: Row) -> SessionView:
    """A session from its row."""
    return SessionView(
        session_id=row["id"],
        title=row["title"] or UNTITLED,
        message_count=row["message_count"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def message_of(row: Row) -> MessageView:
    """A message from its row."""
    return MessageView(
        message_id=row["id"],
        role=row["role"],
        text=row["text"],
        execution_id=row["execution_id"],
        status=row["status"],
        files=json.loads(row["files"]),
        pinned=bool(row["pinned"]),
        created_at=row["created_at"],
    )
