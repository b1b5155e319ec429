"""The SQL of answers as they come and as they end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..core.clock import iso, now
from ..core.errors import AgentError
from ..llm.models import Completion
from ..sessions.service import post_answer, post_question
from ..storage.database import Database, Transaction

BROKEN = "The engine stopped before this was answered to its end: ask it again."


@dataclass(frozen=True)
class Question:
    """A message that is being answered."""

    user: str
    session_id: str
    message_id: str


class ChatStore:
    """Raises StorageUnavailable where the database can't go on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, user: str, session_id: str, text: str) -> Question:
        """A question as a message, and that its answer has begun: so an engine that dies leaves a trace of it.

        Raises NotFound for a session that isn't the user's.
        """
        async with self._database.transaction() as tx:
            question = Question(user, session_id, await post_question(tx, user, session_id, text))
            await _append(tx, question, "answer", {"offset": 0, "text": ""})
        return question

    async def add_piece(self, question: Question, offset: int, text: str) -> None:
        """The answer has `text` at `offset`; what it had from there on is void."""
        async with self._database.transaction() as tx:
            await _append(tx, question, "answer", {"offset": offset, "text": text})

    async def finish(self, question: Question, completion: Completion) -> str:
        """The whole answer, as a message and as the last event; returns the message's id. Raises NotFound."""
        async with self._database.transaction() as tx:
            reply_id = await post_answer(tx, question.user, question.session_id, completion.text)
            said = {
                "reply_id": reply_id,
                "text": completion.text,
                "model": completion.model,
                "cost_usd": completion.cost_usd,
            }
            await _end(tx, question, said)
        return reply_id

    async def fail(self, question: Question, heard: str, error: AgentError) -> None:
        """What was heard of the answer is kept, with the sentence why there is no more. Raises NotFound."""
        async with self._database.transaction() as tx:
            await _break_off(tx, question, heard, error.message, error.reason)

    async def end_broken(self) -> set[str]:
        """End the answers that an engine was at when it stopped; whose they were.

        What had come of an answer is kept, with a sentence that it is not all.
        """
        async with self._database.transaction() as tx:
            unfinished: dict[Question, str] = {}
            for row in await tx.fetch_all("SELECT * FROM chat_events WHERE kind = 'answer' ORDER BY id"):
                question = Question(row["user"], row["session_id"], row["question_id"])
                piece = json.loads(row["data"])
                unfinished[question] = unfinished.get(question, "")[: piece["offset"]] + piece["text"]
            for question, heard in unfinished.items():
                await _break_off(tx, question, heard, BROKEN, "engine_stopped")
        return {question.user for question in unfinished}


async def _break_off(tx: Transaction, question: Question, heard: str, message: str, reason: str) -> None:
    said = f"{heard.rstrip()}\n\n{message}".strip()
    reply_id = await post_answer(tx, question.user, question.session_id, said, "failed")
    error = {"message": message, "reason": reason}
    await _end(tx, question, {"reply_id": reply_id, "text": said, "error": error})


async def _end(tx: Transaction, question: Question, data: dict[str, Any]) -> None:
    # The last event holds all of the text: whoever resumes needs no piece of it.
    await tx.execute(
        "DELETE FROM chat_events WHERE question_id = ? AND kind = 'answer'", (question.message_id,)
    )
    await _append(tx, question, "answered", data)


async def _append(tx: Transaction, question: Question, kind: str, data: dict[str, Any]) -> None:
    """An event, unless the question was deleted meanwhile."""
    of = {"session_id": question.session_id, "message_id": question.message_id}
    await tx.execute(
        """
        INSERT INTO chat_events (id, session_id, question_id, user, kind, data, at)
        SELECT ?, session_id, id, ?, ?, ?, ? FROM messages WHERE id = ?
        """,
        (await _next_id(tx), question.user, kind, json.dumps(of | data), iso(now()), question.message_id),
    )


async def _next_id(tx: Transaction) -> int:
    """The next number of the sequence that executions' events draw theirs from."""
    row = await tx.fetch_one(
        "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'execution_events' RETURNING seq"
    )
    if row is not None:
        return int(row["seq"])
    await tx.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('execution_events', 1)")
    return 1
