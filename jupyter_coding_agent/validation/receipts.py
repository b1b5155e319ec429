"""Receipts: what was proved about which bytes, signed so that whoever verifies needs public keys only."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from ..core.clock import iso, now
from ..core.digest import source_sha256
from ..core.errors import StorageUnavailable
from ..core.once import made_once
from ..core.redaction import Redactor
from .models import Receipt, RequestWithInputs, Signals, ValidationRequest, Verdict

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

State = Literal["fresh", "stale", "other context", "unknown key", "forged"]
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_REAL = frozenset({"coverage_percent", "risk_score"})
"""Of the signals' numbers those that are no counts: a front end writes 87.0 as 87, which is the same number."""


class Signer:
    """Holds the data directory's Ed25519 key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()
        self.key_id = key_id(self.public_key)

    @classmethod
    def load(cls, data: Path) -> Signer:
        """The key in ``<data>/keys/``, made with mode 0600 where there is none.

        Raises:
            StorageUnavailable: the key can't be read or written.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        path = _key_path(data)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            kept = made_once(path, lambda: Ed25519PrivateKey.generate().private_bytes_raw())
            return cls(Ed25519PrivateKey.from_private_bytes(kept))
        except (OSError, ValueError) as error:
            raise _unusable(path, error) from error

    def sign(self, content: Mapping[str, Any]) -> Receipt:
        """A receipt with this content (every field but key_id and signature), signed."""
        receipt = Receipt(**content, key_id=self.key_id, signature="")
        signature = self._key.sign(signed_bytes(receipt))
        return receipt.model_copy(update={"signature": base64.b64encode(signature).decode()})


def own_public_key(data: Path) -> bytes | None:
    """The raw public key that belongs to the key in ``<data>/keys/``; None where there is none, and none is made.

    Raises:
        StorageUnavailable: the key can't be read.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = _key_path(data)
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes()).public_key().public_bytes_raw()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unusable(path, error) from error


def _key_path(data: Path) -> Path:
    return data / "keys" / "receipts.ed25519"


def _unusable(path: Path, error: Exception) -> StorageUnavailable:
    return StorageUnavailable(f"The key for receipts can't be used: {error}. Check the folder {path.parent}.")


def key_id(public_key: bytes) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def signed_bytes(receipt: Receipt) -> bytes:
    """What the signature covers: canonical JSON (sorted keys, no spaces) of everything else.

    A notebook that there is none of is left out, as in receipts from before there was the field.
    """
    without = {"signature"} if receipt.notebook is not None else {"signature", "notebook"}
    signed = receipt.model_dump(mode="json", exclude=without)
    for counts in signed["signals"].values():
        counts.update(
            {name: float(counts[name]) for name in _REAL & counts.keys() if counts[name] is not None}
        )
    return canonical_json(signed)


def canonical_json(value: object) -> bytes:
    """The one way to write a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def sha256_of(value: Mapping[str, Any] | list[Any]) -> str:
    """SHA-256 over the canonical JSON, e.g. of a mapping of path → text."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def code_sha256(files: Mapping[str, str]) -> str:
    """The hash of the code in a receipt: of path → text, each without white space at its end."""
    return sha256_of({path: text.rstrip() for path, text in files.items()})


def context_of(request: ValidationRequest) -> dict[str, Any]:
    """What besides code and tests the verdict depends on."""
    context: dict[str, Any] = {
        "language": request.language,
        "known_names": sorted(set(request.known_names)),
        "requirements": sorted(set(request.requirements)),
        "cell": request.cell,
    }
    if isinstance(request, RequestWithInputs) and request.inputs:
        context["inputs"] = {one.path: one.sha256 for one in request.inputs}
    if request.notebook is not None:
        context["notebook"] = request.notebook.digest
    return context


def content_of(request: ValidationRequest, verdict: Verdict) -> dict[str, Any]:
    """The fields of a receipt for this verdict, ready for `Signer.sign`."""
    return {
        "status": verdict.status,
        "code_sha256": code_sha256(request.files),
        "tests_sha256": sha256_of(
            {"tests": request.tests, "examples": [[item.call, item.expected] for item in request.examples]}
        ),
        "context_sha256": sha256_of(context_of(request)),
        "notebook": verdict.notebook,
        "signals": _signals(verdict.signals),
        "quality_score": verdict.quality_score,
        "isolation": verdict.isolation,
        "effects": {
            name: values for name, values in _dump(verdict.effects).items() if name != "events" and values
        },
        "kernel_python": request.kernel_python,
        "issued_at": iso(now()),
    }


def _signals(signals: Signals) -> dict[str, dict[str, int | float | bool | None]]:
    counts: dict[str, dict[str, int | float | bool | None]] = {}
    if signals.tests is not None:
        outcomes = [result.outcome for result in signals.tests.results]
        counts["tests"] = {
            "passed": signals.tests.passed,
            "tests_passed": outcomes.count("passed"),
            "tests_failed": outcomes.count("failed"),
            "not_judged": outcomes.count("not_judged"),
            "coverage_percent": signals.tests.coverage_percent,
        }
    if signals.lint is not None:
        counts["lint"] = {"passed": signals.lint.passed, "findings": len(signals.lint.findings)}
    if signals.security is not None:
        counts["security"] = {
            "passed": signals.security.passed,
            "findings": len(signals.security.findings),
            "risk_score": signals.security.risk_score,
        }
    if signals.data is not None:
        counts["data"] = {"passed": signals.data.passed, "findings": len(signals.data.findings)}
    return counts


def _dump(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json")


@dataclass(frozen=True)
class Check:
    """What a receipt is worth for the code at hand."""

    valid: bool
    state: State
    reason: str


def verify(
    receipt: Receipt,
    public_keys: Mapping[str, bytes],
    *,
    files: Mapping[str, str] | None = None,
    context_sha256: str | None = None,
    above: Iterable[str] | None = None,
) -> Check:
    """Is it signed by one of these keys (key id → raw bytes), and about these files in this context?

    `above`: the sources of the notebook's code cells above, in order. Needs public keys and nothing else.
    """
    public_key = public_keys.get(receipt.key_id)
    if public_key is None or key_id(public_key) != receipt.key_id:
        # It is not signed by anybody yet, so it may be any text.
        named = f"The key {receipt.key_id}" if _KEY_ID.fullmatch(receipt.key_id) else "Its key"
        return Check(False, "unknown key", f"{named} is not among the trusted ones.")
    if not _signed_by(public_key, receipt):
        return Check(False, "forged", "The signature does not belong to this receipt.")
    if files is not None and code_sha256(files) != receipt.code_sha256:
        return Check(False, "stale", "The code has changed since it was proved.")
    if context_sha256 is not None and context_sha256 != receipt.context_sha256:
        return Check(False, "other context", "The code was proved in another context than this one.")
    if above is not None and receipt.notebook is not None and not _in_order(receipt.notebook.cells, above):
        return Check(
            False,
            "other context",
            "A cell that ran before it when it was proved is no longer above it as it was.",
        )
    return Check(True, "fresh", f"Proved on {receipt.issued_at}: {receipt.status}.{_reservation(receipt)}")


def _signed_by(public_key: bytes, receipt: Receipt) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        signature = base64.b64decode(receipt.signature, validate=True)
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed_bytes(receipt))
    except (InvalidSignature, binascii.Error, ValueError, OverflowError):
        return False
    return True


def _in_order(proved: Iterable[str], above: Iterable[str]) -> bool:
    """Whether the cells with these hashes are there, one after the other and with others in between."""
    there = map(_digests, above)
    # Each look goes on where the one before has stopped.
    return all(any(digest in digests for digests in there) for digest in proved)


def _digests(source: str) -> set[str]:
    """Of a cell as it stands, and as it left its kernel: without secrets."""
    return {source_sha256(source), source_sha256(Redactor().source(source))}


def _reservation(receipt: Receipt) -> str:
    missing = receipt.notebook.missing if receipt.notebook is not None else {}
    return f" It does not hold for {', '.join(missing)}." if missing else ""
