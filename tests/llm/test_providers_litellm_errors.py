from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from jupyter_coding_agent.llm.providers.base import (
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
from jupyter_coding_agent.llm.providers.litellm_errors import BY_NAME, SENTENCES, failure_of

REQUEST = httpx.Request("POST", "https://api.example/v1")


class APIError(Exception):
    """As litellm's: only the status tells what it is."""

    def __init__(self, message: str, status_code: int) -> None:
        super().__init__(message)
        self.message = message
        self.status_code = status_code


def caused_by(cause: Exception) -> Exception:
    error = APIError("litellm.InternalServerError: OpenAIException - Connection error.", 500)
    error.__cause__ = RuntimeError("wrapped")
    error.__cause__.__cause__ = cause
    return error


def test_every_exception_of_litellm_is_known() -> None:
    import litellm.exceptions

    theirs = [cls for cls in vars(litellm.exceptions).values() if isinstance(cls, type)]
    assert len(theirs) > 20
    # A newer litellm has further kinds of what is known here by its base.
    general = {"APIError", "OpenAIError"}
    unknown = [
        cls.__name__
        for cls in theirs
        if issubclass(cls, Exception)
        and cls.__name__ not in BY_NAME
        and not any(base.__name__ in BY_NAME.keys() - general for base in cls.__mro__)
    ]
    assert unknown == []


def test_a_web_page_that_the_message_does_not_quote() -> None:
    error = APIError("Error code: 502", 502)
    page = httpx.Response(502, html="<h1>Bad gateway</h1>", request=REQUEST)
    error.__cause__ = httpx.HTTPStatusError("502", request=REQUEST, response=page)
    assert "a web page" in failure_of(error).message


def test_every_failure_has_a_sentence() -> None:
    direct = set(ProviderFailure.__subclasses__())
    assert {cls for cls in direct if cls.__module__.endswith("providers.base")} == set(SENTENCES)


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (httpx.ConnectError("refused", request=REQUEST), ConnectionRefused),
        (httpx.ConnectTimeout("slow", request=REQUEST), ConnectionRefused),
        (httpx.ReadTimeout("slow", request=REQUEST), ProviderTimeout),
        (httpx.PoolTimeout("slow", request=REQUEST), ProviderTimeout),
        (httpx.RemoteProtocolError("broke", request=REQUEST), ServerFailure),
        (httpx.ReadError("broke", request=REQUEST), ServerFailure),
        (json.JSONDecodeError("no", "{", 1), UnusableReply),
    ],
)
def test_what_the_http_client_said_counts_first(cause: Exception, kind: type[ProviderFailure]) -> None:
    assert type(failure_of(caused_by(cause))) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, BadCredentials),
        (402, BadCredentials),
        (403, BadCredentials),
        (404, RequestRejected),
        (408, ProviderTimeout),
        (413, ContextTooLong),
        (418, ServerFailure),
        (429, RateLimited),
        (500, ServerFailure),
        (503, ServerFailure),
    ],
)
def test_a_general_error_is_what_its_status_says(status: int, kind: type[ProviderFailure]) -> None:
    assert type(failure_of(APIError("no", status))) is kind


def test_an_exception_that_nobody_knows_is_the_provider_s_fault() -> None:
    assert type(failure_of(ValueError("surprise"))) is ServerFailure


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("0.5", 0.5), ("-3", 0), ("soon", None), ("inf", None), ("nan", None), ("", None)],
)
def test_retry_after_in_seconds(value: str, seconds: float | None) -> None:
    error = APIError("slow down", 429)
    error.response = httpx.Response(429, headers={"Retry-After": value}, request=REQUEST)
    failure = failure_of(error)
    assert isinstance(failure, RateLimited)
    assert failure.retry_after == seconds


def test_retry_after_as_a_date() -> None:
    error = APIError("slow down", 429)
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    error.litellm_response_headers = httpx.Headers({"retry-after": moment})
    failure = failure_of(error)
    assert isinstance(failure, RateLimited)
    assert failure.retry_after == pytest.approx(60, abs=5)


def test_the_provider_is_quoted_briefly_and_without_the_key() -> None:
    long = "x" * 500
    error = APIError(f"litellm.APIError: APIError: GroqException - wrong key sk-123\nfor you {long}", 401)
    message = failure_of(error, secret="sk-123").message
    assert message.startswith("the provider refused the key: wrong key … for you xxx")
    assert "sk-123" not in message
    assert len(message) < 250


def test_a_web_page_is_not_quoted() -> None:
    assert (
        failure_of(APIError("<!DOCTYPE html><html>", 502)).message
        == "the provider failed: it answered with a web page"
    )
