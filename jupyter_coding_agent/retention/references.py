"""Which tables refer to executions, and what that means, as SQLite's schema says.

A key that cascades belongs to a part of the execution, which goes along. A key that is set to null belongs to a row
that can do without it (a message has the text, an artifact the file), so it keeps nothing: else each conversation
would keep its executions for ever, and an artifact and its execution each other. Every other key keeps what it refers
to, as does every link between executions: what came later builds on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..storage.database import Transaction

TABLE = "code_executions"


@dataclass(frozen=True)
class Key:
    """A column that refers to an execution's id."""

    table: str
    column: str
    on_delete: str
    """What SQLite does with its rows when the execution goes."""

    @property
    def part(self) -> bool:
        """Whether its rows are parts of the execution, which are deleted with it."""
        return self.on_delete == "CASCADE"

    @property
    def keeps(self) -> bool:
        """Whether its rows keep the execution that they refer to."""
        own = self.table == TABLE
        return own or self.on_delete not in ("CASCADE", "SET NULL", "SET DEFAULT")

    @property
    def kind(self) -> str:
        """What the rows are called in a report."""
        return self.table.removeprefix("execution_").removeprefix("code_")

    def sql(self, template: str) -> str:
        """`template` with ``{table}`` and ``{column}`` filled in, quoted: names of the schema, from nobody else."""
        return template.format(table=_quoted(self.table), column=_quoted(self.column))


async def keys(tx: Transaction) -> list[Key]:
    """Every foreign key on executions, of whatever tables there are."""
    rows = await tx.fetch_all(
        """
        SELECT schema.name AS name, key."from" AS origin, key.on_delete AS on_delete
        FROM sqlite_master AS schema JOIN pragma_foreign_key_list(schema.name) AS key
        WHERE schema.type = 'table' AND lower(key."table") = ?
        ORDER BY name, origin
        """,
        (TABLE,),
    )
    return [Key(row["name"], row["origin"], row["on_delete"]) for row in rows]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
