"""The exceptions of the package, all in one tree.

::

    AgentError                    message for people, reason for programs, HTTP status
    ├── InvalidInput         400  the request can't be understood; names the field
    ├── Forbidden            403
    ├── NotFound             404
    ├── Conflict             409  understood, but not in this state
    ├── TooLarge             413
    ├── Unprocessable        422  understood, can't be done
    │   ├── NoTemplateFits
    │   └── PackageNotAllowed     a requirement needs approval or is not a plain name
    ├── QuotaExceeded        429  carries retry_after seconds
    ├── MissingPart          503  a part the work needs is not there
    │   ├── RunnerUnavailable     no container engine
    │   ├── ImageMissing          the image is not built
    │   ├── ModelUnavailable      no model answered; carries the hops
    │   ├── StorageUnavailable    disk full, database locked
    │   └── EngineUnavailable     no engine owns the data directory
    ├── TimedOut             504
    ├── StorageFull          507  no room for a file
    └── SettingError         500  a setting has a wrong value; names the setting

Foreign exceptions are mapped to these where they enter (the docker backend, the model providers, the
database), one place renders them to HTTP (``web.handlers``) and one to a notebook (``magics.render``).
"""

from __future__ import annotations

from typing import ClassVar


class AgentError(Exception):
    """Something went wrong that a person can be told about in one sentence that says what to do."""

    status: ClassVar[int] = 500
    reason: ClassVar[str] = "internal_error"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def body(self) -> dict[str, str]:
        """The JSON body that REST answers with: message, reason and, where known, field."""
        body = {"message": self.message, "reason": self.reason}
        if self.field is not None:
            body["field"] = self.field
        return body


class InvalidInput(AgentError):
    """The request can't be understood."""

    status = 400
    reason = "invalid_input"


class Forbidden(AgentError):
    """The user may not do this."""

    status = 403
    reason = "forbidden"


class NotFound(AgentError):
    """No such thing, or not this user's."""

    status = 404
    reason = "not_found"


class Conflict(AgentError):
    """Understood, but not possible in the present state."""

    status = 409
    reason = "conflict"


class TooLarge(AgentError):
    """Over a size limit."""

    status = 413
    reason = "too_large"


class Unprocessable(AgentError):
    """Understood, but can't be done."""

    status = 422
    reason = "unprocessable"


class NoTemplateFits(Unprocessable):
    """The template library has nothing for this request."""

    reason = "no_template_fits"


class PackageNotAllowed(Unprocessable):
    """A requirement needs approval, or is not a plain PEP 508 name."""

    reason = "package_not_allowed"


class QuotaExceeded(AgentError):
    """Over a quota; may be tried again after ``retry_after`` seconds."""

    status = 429
    reason = "quota_exceeded"

    def __init__(self, message: str, *, retry_after: int, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.retry_after = retry_after


class MissingPart(AgentError):
    """A part that the work needs is not there."""

    status = 503
    reason = "missing_part"


class RunnerUnavailable(MissingPart):
    """No container engine answers."""

    reason = "no_container_engine"


class ImageMissing(MissingPart):
    """The container image of a language is not built."""

    reason = "image_missing"


class ModelUnavailable(MissingPart):
    """No model of the chain answered with something usable."""

    reason = "no_model"


class StorageUnavailable(MissingPart):
    """The disk is full, or the database is locked or broken."""

    reason = "storage_unavailable"


class EngineUnavailable(MissingPart):
    """No engine owns the data directory and none could be started."""

    reason = "no_engine"


class TimedOut(AgentError):
    """It took longer than it may."""

    status = 504
    reason = "timeout"


class StorageFull(AgentError):
    """There is no room for a file on the disk."""

    status = 507
    reason = "storage_full"


class SettingError(AgentError):
    """A setting has a value that can't be used; the message names the setting."""

    reason = "wrong_setting"
