"""The receipt of an execution: the verdict's, issued anew with what the whole execution knows."""

from __future__ import annotations

from pathlib import Path

from jupyter_coding_agent.validation.models import ValidationRequest
from jupyter_coding_agent.validation.receipts import Signer, content_of, verify
from tests.scripted_loop import TESTS, USER, ScriptedLoop, attempt, events_of, outcome, request

from .conftest import Start


async def test_the_receipt_counts_attempts_cost_and_model(start: Start, tmp_path: Path):
    signer = Signer.load(tmp_path)
    judged = ValidationRequest(files={"solution.py": "two"}, tests=TESTS)

    async def script(recorder, task, history):
        first, second = attempt(1, "one", "failed"), attempt(2, "two")
        assert second.verdict is not None
        second.verdict.receipt = signer.sign(content_of(judged, second.verdict))
        second.verdict.quality_score = 7.5
        return outcome(first, second)

    service = await start(ScriptedLoop(script), signer=signer)
    name = (await service.accept(USER, request())).execution_id
    await events_of(service, name)
    receipt = (await service.view(USER, name)).receipt
    assert receipt is not None
    assert (receipt.attempts, receipt.model, receipt.cost_usd) == (2, "fake/model", 1.0)
    assert receipt.quality_score == 7.5
    check = verify(receipt, {signer.key_id: signer.public_key}, files=judged.files)
    assert (check.valid, check.state) == (True, "fresh")
