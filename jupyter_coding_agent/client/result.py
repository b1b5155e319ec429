"""An execution's result as every door shows it: the notebook's MIME output, the command line's JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypedDict

from .models import CellChange, Execution, QualityPart
from .outputs import KeptOutput

MIME = "application/vnd.coding-agent.result+json"
MAX_DIFF = 20_000
"""Characters of each attempt's diff that a notebook keeps."""

Insert = Literal["asked", "done", "offered", "rejected"]
"""What becomes of the cells: the front end is to insert them as they come; the kernel has put the code below;
they are only offered; a person does not want them."""


class AttemptSummary(TypedDict):
    """One attempt, without its whole code."""

    number: int
    signals: dict[str, bool]
    error_class: str | None
    error_message: str | None
    fix_applied: str | None
    notes: list[str]
    """What of the model's reply was dropped or assumed."""
    diff: str
    """What it changed of the attempt before, unified; empty for the first, and cut where it is long."""
    model: str
    cost_usd: float


class Result(TypedDict):
    """What is kept in a notebook: enough to show and to verify without an engine."""

    execution_id: str | None
    """None: a verdict on code that nobody asked the agent for."""
    prompt: str
    status: str
    files: dict[str, str]
    tests: dict[str, str]
    signals: dict[str, dict[str, Any]]
    quality_score: float | None
    quality_parts: list[QualityPart]
    effects: dict[str, Any]
    attempts: list[AttemptSummary]
    model: str | None
    cost: float
    receipt: dict[str, Any] | None
    artifact_id: str | None
    """Of the archive, where one was asked for."""
    outputs: list[KeptOutput]
    """The files that the code wrote."""
    explanation: str
    stdout: str
    insert: Insert
    changes: list[CellChange]
    """Of a fix: the cells that are to be changed."""


def result_of(execution: Execution, attempts: Iterable[Mapping[str, Any]]) -> Result:
    """The result from GET /execute/{id} and GET /execute/{id}/attempts."""
    output = execution.get("output") or {}
    signals = {
        "tests": output.get("test_results"),
        "lint": output.get("lint_results"),
        "security": output.get("security_results"),
        "data": output.get("data_results"),
    }
    return Result(
        execution_id=execution["execution_id"],
        prompt=execution.get("prompt") or "",
        status=execution["status"],
        files=execution.get("files") or {},
        tests=execution.get("tests") or {},
        signals={name: signal for name, signal in signals.items() if signal},
        quality_score=execution.get("quality_score"),
        quality_parts=execution.get("quality_parts") or [],
        effects=execution.get("effects") or {},
        attempts=[_summary(attempt) for attempt in attempts],
        model=execution.get("model"),
        cost=execution.get("cost") or 0.0,
        receipt=execution.get("receipt"),
        artifact_id=execution.get("artifact_id"),
        outputs=execution.get("outputs") or [],
        explanation=execution.get("explanation") or (execution.get("error") or {}).get("message") or "",
        stdout=output.get("stdout") or "",
        insert="offered",
        changes=execution.get("changes") or [],
    )


def _summary(attempt: Mapping[str, Any]) -> AttemptSummary:
    verdict = attempt.get("verdict") or {}
    signals = verdict.get("signals") or attempt.get("signals") or {}
    return AttemptSummary(
        number=attempt["number"],
        signals={name: bool(signal["passed"]) for name, signal in signals.items() if signal},
        error_class=attempt.get("error_class"),
        error_message=attempt.get("error_message"),
        fix_applied=attempt.get("fix_applied"),
        notes=attempt.get("notes") or [],
        diff=_cut(attempt.get("diff") or "") if attempt["number"] > 1 else "",
        model=attempt.get("model") or "",
        cost_usd=attempt.get("cost_usd") or 0.0,
    )


def _cut(diff: str) -> str:
    if len(diff) <= MAX_DIFF:
        return diff
    kept = diff[:MAX_DIFF].rpartition("\n")[0]
    return f"{kept}\n… and more: %agent diff shows all of it"


def cell_source(result: Mapping[str, Any]) -> str | None:
    """The code that becomes the notebook's cell; None where there is no code."""
    files = result["files"]
    if result.get("changes"):
        return _changed_cells(result)
    if "solution.py" in files:
        return str(files["solution.py"]).rstrip("\n")
    if len(files) == 1:
        return str(next(iter(files.values()))).rstrip("\n")
    return None


def _changed_cells(result: Mapping[str, Any]) -> str:
    """The cells that a fix changes and the one that failed, which has to run after them, as one cell."""
    changes = result["changes"]
    cells = [(change["path"], f"# {change['name']}, changed", change["after"]) for change in changes]
    if not any(path == "solution.py" for path, *_ in cells):
        cells.append(("solution.py", "# the cell that failed", result["files"]["solution.py"].rstrip()))
    if len(cells) == 1:
        return str(cells[0][2])
    return "\n\n\n".join(f"{title}\n{source}" for _, title, source in cells)
