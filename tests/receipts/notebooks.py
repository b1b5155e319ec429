"""Notebooks whose cells have real receipts, made as the doors make them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jupyter_coding_agent.core.digest import source_sha256
from jupyter_coding_agent.runner.models import Isolation
from jupyter_coding_agent.validation.models import (
    NotebookProof,
    SecuritySignal,
    Signals,
    TestResult,
    TestsSignal,
    ValidationRequest,
    Verdict,
)
from jupyter_coding_agent.validation.receipts import Signer, content_of

ID = "5d0c1f9e"
VERDICT = Verdict(
    status="passed",
    signals=Signals(
        tests=TestsSignal(
            passed=True, results=[TestResult(id="a", outcome="passed")], coverage_percent=100.0
        ),
        security=SecuritySignal(passed=True, risk_score=0.0),
    ),
    quality_score=10.0,
    isolation=Isolation(backend="docker", image="i", image_digest="sha256:1", network="none", user="1000"),
)


def receipt_of(
    signer: Signer,
    files: dict[str, str],
    before: list[str] | None = None,
    missing: dict[str, str] | None = None,
) -> dict[str, Any]:
    """The receipt of these files, proved after the cells `before`."""
    content = content_of(ValidationRequest(files=files), VERDICT)
    if before is not None:
        cells = [source_sha256(source) for source in before]
        content["notebook"] = NotebookProof(cells=cells, missing=missing or {})
    return signer.sign(content).model_dump(mode="json")


def cell(source: str, receipt: object = None, count: int | None = None, **mark: Any) -> dict[str, Any]:
    """A code cell, with what an insertion leaves in its metadata where there is a receipt."""
    metadata: dict[str, Any] = {}
    if receipt is not None:
        ours = {"execution_id": "exe_1", "path": "solution.py", "role": "code", "notebook": ID}
        metadata = {"coding_agent": {**ours, "receipt": receipt, **mark}}
    return {
        "cell_type": "code",
        "source": source,
        "execution_count": count,
        "outputs": [],
        "metadata": metadata,
    }


def proved(signer: Signer, source: str, before: list[str] | None = None, **mark: Any) -> dict[str, Any]:
    """A cell that was proved with a newline at its end, as formatters leave it, and inserted without."""
    return cell(source, receipt_of(signer, {"solution.py": f"{source}\n"}, before), **mark)


def notebook(*cells: dict[str, Any], name: str | None = ID) -> dict[str, Any]:
    """A notebook in nbformat 4.4, so without cell ids; `name` is its id."""
    metadata = {} if name is None else {"coding_agent": {"id": name}}
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": list(cells)}


def write(path: Path, book: dict[str, Any]) -> Path:
    path.write_text(json.dumps(book))
    return path
