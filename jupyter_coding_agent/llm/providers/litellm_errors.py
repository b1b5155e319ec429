"""litellm's exceptions as failures of this room.

By name, because naming the classes would import litellm; the tests hold the list against litellm's own. What
an HTTP client said further down the chain of causes comes first: litellm makes a server error of a refused
connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from .base import (
    BadCredentials,
    ConnectionRefused,
    ContextTooLong,
    ProviderFailure,
    ProviderTimeout,
    RateLimited,
    RequestRejected,
    ServerFailure,
    UnusableReply,
)

LONGEST_QUOTE = 200

BY_CAUSE: dict[str, type[ProviderFailure]] = {
    "ConnectError": ConnectionRefused,
    "ConnectTimeout": ConnectionRefused,
    "TimeoutException": ProviderTimeout,
    "TransportError": ServerFailure,
    "JSONDecodeError": UnusableReply,
}
"""Classes of httpx and json; the class's own name is looked up before its bases'."""

BY_STATUS: dict[int, type[ProviderFailure]] = {
    401: BadCredentials,
    402: BadCredentials,
    403: BadCredentials,
    404: RequestRejected,
    408: ProviderTimeout,
    413: ContextTooLong,
    429: RateLimited,
}

BY_NAME: dict[str, type[ProviderFailure]] = {
    "AuthenticationError": BadCredentials,
    "PermissionDeniedError": BadCredentials,
    "PaymentRequiredError": BadCredentials,
    "BudgetExceededError": BadCredentials,
    "NotFoundError": RequestRejected,
    "Timeout": ProviderTimeout,
    "APITimeoutError": ProviderTimeout,
    "RateLimitError": RateLimited,
    "ContextWindowExceededError": ContextTooLong,
    "ContentPolicyViolationError": RequestRejected,
    "RejectedRequestError": RequestRejected,
    "UnsupportedParamsError": RequestRejected,
    "LiteLLMUnknownProvider": RequestRejected,
    "ImageFetchError": RequestRejected,
    "VectorStoreSearchError": RequestRejected,
    "InvalidRequestError": RequestRejected,
    "BadRequestError": RequestRejected,
    "UnprocessableEntityError": RequestRejected,
    "ModelNotMappedError": RequestRejected,
    "GuardrailRaisedException": RequestRejected,
    "BlockedPiiEntityError": RequestRejected,
    "ModifyResponseException": RequestRejected,
    "SensitiveDataRouteException": RequestRejected,
    "JSONSchemaValidationError": UnusableReply,
    "APIResponseValidationError": UnusableReply,
    "MidStreamFallbackError": ServerFailure,
    "ServiceUnavailableError": ServerFailure,
    "BadGatewayError": ServerFailure,
    "InternalServerError": ServerFailure,
    "APIConnectionError": ServerFailure,
    "MockException": ServerFailure,
    "APIError": ServerFailure,
    "OpenAIError": ServerFailure,
}
"""litellm's classes."""

SENTENCES: dict[type[ProviderFailure], str] = {
    BadCredentials: "the provider refused the key",
    ConnectionRefused: "the connection was refused",
    ContextTooLong: "the request is too long for this model",
    ProviderTimeout: "it did not answer in time",
    RateLimited: "too many requests",
    RequestRejected: "the provider rejected the request",
    ServerFailure: "the provider failed",
    UnusableReply: "the reply is not a chat completion (is the address that of a model server?)",
}


def failure_of(error: Exception, *, secret: str | None = None) -> ProviderFailure:
    """What `error` means to the chain, quoting the provider briefly and without `secret`."""
    kind = _kind(error)
    sentence = SENTENCES[kind]
    if kind not in (ConnectionRefused, ProviderTimeout, UnusableReply):
        quote = _quote(error, secret)
        sentence = f"{sentence}: {quote}" if quote else sentence
    if kind is RateLimited:
        return RateLimited(sentence, retry_after=_retry_after(error))
    return kind(sentence)


def _kind(error: Exception) -> type[ProviderFailure]:
    for cause in _causes(error):
        for cls in type(cause).__mro__:
            if cls.__name__ in BY_CAUSE and cls.__module__.split(".")[0] in ("httpx", "json"):
                return BY_CAUSE[cls.__name__]
    if "Empty or invalid response from LLM endpoint" in str(error):
        return UnusableReply
    named = next(
        (BY_NAME[cls.__name__] for cls in type(error).__mro__ if cls.__name__ in BY_NAME), ServerFailure
    )
    status = getattr(error, "status_code", None)
    # Only a general error leaves its meaning to the status.
    return BY_STATUS.get(status, named) if named is ServerFailure and isinstance(status, int) else named


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        original = getattr(cause, "original_exception", None)
        cause = (
            cause.__cause__
            or cause.__context__
            or (original if isinstance(original, BaseException) else None)
        )


def _quote(error: Exception, secret: str | None) -> str:
    text = str(getattr(error, "message", "") or error)
    if secret:
        text = text.replace(secret, "…")
    if "<html" in text.lower() or "<!doctype" in text.lower() or _is_web_page(error):
        return "it answered with a web page"
    # "litellm.RateLimitError: RateLimitError: GroqException - too many requests": the end is the provider's.
    text = " ".join(text.rpartition("Exception - ")[2].split()).removeprefix(
        f"litellm.{type(error).__name__}: "
    )
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def _is_web_page(error: Exception) -> bool:
    """Newer clients leave the body out of their message."""
    kinds = [str((_headers(cause) or {}).get("content-type", "")) for cause in _causes(error)]
    return any(kind.startswith("text/html") for kind in kinds)


def _retry_after(error: Exception) -> float | None:
    """Seconds, from a header that holds seconds or an HTTP date."""
    for cause in _causes(error):
        for headers in (getattr(cause, "litellm_response_headers", None), _headers(cause)):
            value = headers.get("retry-after") if headers is not None else None
            if value is not None:
                return _seconds(str(value))
    return None


def _headers(error: BaseException) -> Any:
    return getattr(getattr(error, "response", None), "headers", None)


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if seconds < float("inf") else None
