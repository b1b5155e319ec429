"""The receipts endpoints as methods of the client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict, cast


class Verification(TypedDict):
    """What a receipt is worth."""

    valid: bool
    state: str
    reason: str


class Receipts:
    """Asks through `call`, which takes what `AgentClient._call` does. Raises as it does."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def verify(self, request: Mapping[str, Any]) -> Verification:
        """POST /receipts/verify; a `proofs.Claim` has the request."""
        return cast(Verification, self._call("POST", "/receipts/verify", json=request))

    def keys(self) -> list[dict[str, str]]:
        """GET /receipts/keys."""
        return cast(list[dict[str, str]], self._call("GET", "/receipts/keys")["keys"])
