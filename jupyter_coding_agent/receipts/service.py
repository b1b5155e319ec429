"""Verifies receipts: by public keys alone, so that whoever verifies can't sign."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from ..validation.models import Receipt
from ..validation.receipts import Check, key_id, verify
from .keys import published, read_folder
from .models import CellContext, PublicKeys, Verification, VerifyRequest


class ReceiptService:
    """What receipts are worth to this engine.

    Args:
        own: the raw public key of the data directory.
        trusted: a file or a folder with the keys of others; it may change, and need not be there.
    """

    def __init__(self, own: bytes, trusted: Path) -> None:
        self._own = own
        self._trusted = trusted

    async def verify(self, request: VerifyRequest) -> Verification:
        """Is it believed, and about this code at this place?"""
        return await asyncio.to_thread(self._verify, request)

    async def keys(self) -> PublicKeys:
        """The own public key: for those who verify elsewhere."""
        return published([self._own])

    def _verify(self, request: VerifyRequest) -> Verification:
        return verification(request, {**read_folder(self._trusted), key_id(self._own): self._own})


def verification(request: VerifyRequest, public_keys: Mapping[str, bytes]) -> Verification:
    """The answer, where these keys (key id → raw bytes) are trusted."""
    try:
        receipt = Receipt.model_validate(request.receipt)
    except ValidationError:
        # What it says instead is nobody's to repeat: it comes from a document.
        return Verification(valid=False, state="forged", reason="What stands there is not a receipt.")
    context = request.context or CellContext()
    alone = {} if request.source is None else {request.path: request.source}
    checks = [
        verify(receipt, public_keys, files=files, above=context.cells)
        for files in (alone, request.files)
        if files
    ]
    # Another state than stale is about more than the code, and the same for each.
    check = next((check for check in checks if check.state != "stale"), checks[0])
    if check.valid and elsewhere(context):
        check = Check(False, "other context", "The cell was proved in another notebook and copied here.")
    return Verification(valid=check.valid, state=check.state, reason=check.reason)


def elsewhere(context: CellContext) -> bool:
    """Whether the cell came from another notebook, as far as is known."""
    known = context.notebook is not None and bool(context.proved_in)
    return known and context.notebook != context.proved_in
