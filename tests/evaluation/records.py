"""What is kept of each execution, one JSON line each, so that an evaluation that was interrupted goes on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """One task, carried out once by one arm."""

    model_config = ConfigDict(extra="forbid")

    arm: str
    seed: int
    task: str
    category: str
    status: str
    """The engine's: passed, partial, failed; ``lost`` where it gave none."""
    oracle: Literal["passed", "failed"] | None = None
    """What the oracle says of code that was delivered as passed; of other code too, where there is any."""
    attempt: int | None = None
    """The number of the delivered attempt."""
    attempts: int = 0
    cost: float = 0
    """US dollars."""
    seconds: float = 0
    """From the start of the execution to its end."""
    explanation: str = ""
    trouble: str = ""
    """Why this says nothing of the engine's judgement: the infrastructure failed. It is run again next time."""

    @property
    def key(self) -> tuple[str, int, str]:
        """What tells it from every other."""
        return self.arm, self.seed, self.task

    @property
    def delivered(self) -> bool:
        """Was code delivered as passed?"""
        return self.status == "passed" and not self.trouble

    @property
    def right(self) -> bool:
        """Was it delivered as passed, and is it?"""
        return self.delivered and self.oracle == "passed"


class Ledger:
    """The file of records. What it holds of troubled executions is left out when it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.records: dict[tuple[str, int, str], Record] = {}
        lines = path.read_text().splitlines() if path.exists() else []
        for record in map(Record.model_validate_json, lines):
            if not record.trouble:
                self.records[record.key] = record

    def add(self, record: Record) -> None:
        """Keep a record at once."""
        self.records[record.key] = record
        with self._path.open("a") as file:
            file.write(record.model_dump_json() + "\n")

    def of(self, arm: str, seeds: Iterable[int], tasks: Iterable[str]) -> list[Record]:
        """The records of an arm among these seeds and tasks."""
        wanted = {(arm, seed, task) for seed in seeds for task in tasks}
        return [record for key, record in self.records.items() if key in wanted]
