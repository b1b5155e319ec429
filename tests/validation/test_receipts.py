"""Receipts: signed by a key that only the owner can read, believed by public keys alone."""

from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyter_coding_agent.core.errors import StorageUnavailable
from jupyter_coding_agent.runner.models import DataFinding, Isolation
from jupyter_coding_agent.validation.models import (
    DataSignal,
    Effects,
    Signals,
    TestResult,
    TestsSignal,
    ValidationRequest,
    Verdict,
)
from jupyter_coding_agent.validation.receipts import (
    Signer,
    canonical_json,
    content_of,
    context_of,
    sha256_of,
    verify,
)

REQUEST = ValidationRequest(
    files={"solution.py": "x = 1\n"}, tests={"test_solution.py": "def test_x(): pass\n"}, kernel_python="3.11"
)
VERDICT = Verdict(
    status="passed",
    signals=Signals(
        tests=TestsSignal(
            passed=True,
            results=[TestResult(id="a", outcome="passed"), TestResult(id="b", outcome="not_judged")],
            coverage_percent=87.5,
        )
    ),
    effects=Effects(reads=["data.csv"]),
    quality_score=9.5,
    isolation=Isolation(backend="docker", image="i", image_digest="sha256:1", network="none", user="1000"),
)


@pytest.fixture
def signer(tmp_path):
    return Signer.load(tmp_path)


@pytest.fixture
def receipt(signer):
    return signer.sign(content_of(REQUEST, VERDICT))


def test_warnings_about_data_are_counted():
    rows = DataFinding(kind="row_count", message="m", path="solution.py", line=1)
    signals = VERDICT.signals.model_copy(update={"data": DataSignal(passed=False, findings=[rows, rows])})
    content = content_of(REQUEST, VERDICT.model_copy(update={"signals": signals}))
    assert content["signals"]["data"] == {"passed": False, "findings": 2}


def keys(*signers):
    return {signer.key_id: signer.public_key for signer in signers}


def test_a_receipt_says_what_was_proved(receipt):
    assert receipt.signals == {
        "tests": {
            "passed": True,
            "tests_passed": 1,
            "tests_failed": 0,
            "not_judged": 1,
            "coverage_percent": 87.5,
        }
    }
    assert receipt.effects == {"reads": ["data.csv"]}
    assert receipt.code_sha256 == sha256_of({"solution.py": "x = 1"})
    assert (receipt.kernel_python, receipt.quality_score, receipt.attempts) == ("3.11", 9.5, 1)


def test_it_verifies_for_its_code_and_context(receipt, signer):
    check = verify(receipt, keys(signer), files=REQUEST.files, context_sha256=sha256_of(context_of(REQUEST)))
    assert (check.valid, check.state) == (True, "fresh")


def test_it_survives_json(receipt, signer):
    again = type(receipt).model_validate_json(receipt.model_dump_json())
    assert verify(again, keys(signer)).valid


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "ran"),
        ("quality_score", 10.0),
        ("code_sha256", "0" * 64),
        ("attempts", 2),
        ("cost_usd", 0.01),
        ("issued_at", "2020-01-01T00:00:00.000Z"),
        ("signals", {}),
        ("signature", ""),
        ("signature", "not base64"),
        ("signature", base64.b64encode(b"\0" * 64).decode()),
    ],
)
def test_whatever_is_changed_is_noticed(receipt, signer, field, value):
    forged = receipt.model_copy(update={field: value})
    check = verify(forged, keys(signer))
    assert (check.valid, check.state) == (False, "forged")


def test_another_key_is_unknown_and_can_not_borrow_an_id(receipt, signer, tmp_path):
    other = Signer.load(tmp_path / "other")
    assert verify(receipt, keys(other)).state == "unknown key"
    assert verify(receipt, {signer.key_id: other.public_key}).state == "unknown key"


def test_edited_code_is_stale_and_another_notebook_another_context(receipt, signer):
    assert verify(receipt, keys(signer), files={"solution.py": "x = 2\n"}).state == "stale"
    elsewhere = REQUEST.model_copy(update={"known_names": ["df"]})
    assert (
        verify(receipt, keys(signer), context_sha256=sha256_of(context_of(elsewhere))).state
        == "other context"
    )


def test_the_key_is_private_and_stays_the_same(tmp_path, signer):
    path = tmp_path / "keys" / "receipts.ed25519"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert Signer.load(tmp_path).key_id == signer.key_id
    assert [entry.name for entry in path.parent.iterdir()] == ["receipts.ed25519"]


def test_many_that_start_at_once_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        signers = list(pool.map(lambda _: Signer.load(tmp_path / "data"), range(16)))
    assert len({signer.key_id for signer in signers}) == 1


def test_a_broken_key_is_a_sentence(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "receipts.ed25519").write_bytes(b"short")
    with pytest.raises(StorageUnavailable, match="key for receipts"):
        Signer.load(tmp_path)


def test_canonical_json_does_not_depend_on_order():
    assert (
        canonical_json({"b": 1, "a": "ü"}) == canonical_json({"a": "ü", "b": 1}) == b'{"a":"\\u00fc","b":1}'
    )
