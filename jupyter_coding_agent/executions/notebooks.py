"""What a request brought of its notebook, kept beside it: it may be megabytes, and a row is read often."""

from __future__ import annotations

import asyncio
import zlib
from typing import Protocol

from ..storage.database import Row, Transaction
from ..validation.models import Notebook
from .models import ExecuteRequest
from .rows import request_of

_LEVEL = 1
"""Most of it is base64 of numbers: more effort makes it hardly smaller."""


class _Reader(Protocol):
    async def fetch_one(self, sql: str, parameters: tuple[str, ...]) -> Row | None:
        """One row."""


def without(request: ExecuteRequest) -> ExecuteRequest:
    """The request as it is kept in the execution's row."""
    context = request.context.model_copy(update={"notebook": None})
    return request.model_copy(update={"context": context})


async def packed(request: ExecuteRequest) -> bytes | None:
    """What it brought, ready to be kept."""
    notebook = request.context.notebook
    return None if notebook is None else await asyncio.to_thread(_pack, notebook)


async def keep(tx: Transaction, execution_id: str, content: bytes | None) -> None:
    """Store it; it goes with its execution."""
    if content is not None:
        await tx.execute(
            "INSERT INTO execution_notebooks (execution_id, content) VALUES (?, ?)", (execution_id, content)
        )


async def request_with(reader: _Reader, row: Row) -> ExecuteRequest:
    """What was asked, with what it brought of its notebook."""
    request = request_of(row)
    kept = await reader.fetch_one(
        "SELECT content FROM execution_notebooks WHERE execution_id = ?", (row["id"],)
    )
    if kept is None:
        return request
    notebook = await asyncio.to_thread(_unpack, kept["content"])
    context = request.context.model_copy(update={"notebook": notebook})
    return request.model_copy(update={"context": context})


def _pack(notebook: Notebook) -> bytes:
    return zlib.compress(notebook.model_dump_json().encode(), _LEVEL)


def _unpack(content: bytes) -> Notebook:
    return Notebook.model_validate_json(zlib.decompress(content))
