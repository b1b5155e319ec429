"""What every model provider is to the router: one call, and the ways in which it can fail.

::

    ModelUnavailable              (core.errors)
    └── ProviderFailure           one model could not serve; leaves this room only inside a chain's sentence
        ├── ConnectionRefused     nothing listens there, or the network does not lead there
        ├── ProviderTimeout       too slow
        ├── RateLimited           429; may carry how long to wait
        ├── ServerFailure         5xx, or the connection broke
        ├── BadCredentials        401, 402, 403
        ├── ContextTooLong        the prompt does not fit
        ├── RequestRejected       the provider won't serve this: unknown model or option, content policy
        └── UnusableReply         empty, a web page, or far too long
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ...core.errors import ModelUnavailable
from ..catalog import ModelInfo
from ..models import Listener, Message


@dataclass(frozen=True)
class Reply:
    """What one model answered; where `price_known` is false, the cost is not known and stands as 0."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0
    truncated: bool = False
    price_known: bool = True


class ProviderFailure(ModelUnavailable):
    """One model could not serve; `billed` is what it charged for all the same, in US dollars."""

    def __init__(self, message: str, *, billed: float = 0) -> None:
        super().__init__(message)
        self.billed = billed


class ConnectionRefused(ProviderFailure):
    """Nothing listens at the address, or it can't be reached."""


class ProviderTimeout(ProviderFailure):
    """It took longer than the settings allow."""


class RateLimited(ProviderFailure):
    """Too many requests; `retry_after` in seconds where the provider said it."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ServerFailure(ProviderFailure):
    """The provider's fault, or a broken connection."""


class BadCredentials(ProviderFailure):
    """The key is wrong, not allowed to use the model, or out of credit."""


class ContextTooLong(ProviderFailure):
    """The prompt does not fit in the model's context."""


class RequestRejected(ProviderFailure):
    """The provider won't serve this request."""


class UnusableReply(ProviderFailure):
    """It answered, but with nothing that can be used."""


class ModelProvider(Protocol):
    """Speaks to models."""

    async def complete(
        self,
        model: ModelInfo,
        messages: list[Message],
        *,
        temperature: float,
        max_tokens: int,
        listener: Listener | None = None,
    ) -> Reply:
        """The model's answer; `listener` hears it as it comes. Raises ProviderFailure."""

    async def close(self) -> None:
        """Close connections and background tasks."""
