"""What is written to a conversation, within a transaction of the caller's."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..core.clock import iso, new_id, now
from ..core.errors import NotFound
from ..storage.database import Row, Transaction
from .models import Outcome, Role

_AUTOMATIC_TITLE = 60


async def own(tx: Transaction, user: str, session_id: str) -> Row:
    """The user's session. Raises NotFound, also for another user's."""
    row = await tx.fetch_one("SELECT * FROM sessions WHERE id = ? AND user = ?", (session_id, user))
    if row is None:
        raise missing(session_id)
    return row


def missing(session_id: str) -> NotFound:
    """What is said of a session that isn't there, or isn't this user's."""
    return NotFound(
        f"There is no session {session_id!r}; it may have been deleted. See %agent sessions or GET /sessions.",
        field="session_id",
    )


async def post_request(tx: Transaction, user: str, session_id: str, execution_id: str, prompt: str) -> None:
    """A request as the user's message, before its execution is stored. Raises NotFound."""
    await own(tx, user, session_id)
    await add(tx, session_id, "user", prompt, execution_id=execution_id)


async def post_result(
    tx: Transaction,
    session_id: str,
    execution_id: str,
    status: Outcome,
    text: str,
    files: Mapping[str, str],
) -> None:
    """How an execution of the session ended, as the assistant's message with the delivered code."""
    await add(
        tx, session_id, "assistant", text or status, execution_id=execution_id, status=status, files=files
    )


async def post_question(tx: Transaction, user: str, session_id: str, text: str) -> str:
    """A question as the user's message; returns its id. Raises NotFound."""
    await own(tx, user, session_id)
    return await add(tx, session_id, "user", text)


async def post_answer(
    tx: Transaction, user: str, session_id: str, text: str, status: Outcome | None = None
) -> str:
    """The answer to a question as the assistant's message; returns its id. Raises NotFound."""
    await own(tx, user, session_id)
    return await add(tx, session_id, "assistant", text, status=status)


async def add(
    tx: Transaction,
    session_id: str,
    role: Role,
    text: str,
    *,
    execution_id: str | None = None,
    status: Outcome | None = None,
    files: Mapping[str, str] | None = None,
    pinned: bool = False,
    at: str | None = None,
) -> str:
    """One message at the end; returns its id. The first of a user's names a session that has no title."""
    message_id, at = new_id("msg"), at or iso(now())
    await tx.execute(
        """
        INSERT INTO messages (id, session_id, role, text, execution_id, status, files, pinned, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            message_id,
            session_id,
            role,
            text,
            execution_id,
            status,
            json.dumps(dict(files or {})),
            pinned,
            at,
        ),
    )
    await tx.execute("UPDATE sessions SET updated_at = ? WHERE id = ?", (iso(now()), session_id))
    if role == "user":
        await tx.execute(
            "UPDATE sessions SET title = ? WHERE id = ? AND title = ''", (_title(text), session_id)
        )
    return message_id


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _AUTOMATIC_TITLE else f"{line[: _AUTOMATIC_TITLE - 1]}…"
