"""A multipart upload, parsed piece by piece and written to the disk as it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from ..core.errors import InvalidInput, TooLarge
from .content import MIB, Staged
from .models import UploadOptions
from .names import upload_name

MAX_FILES = 100
_MAX_PARTS = MAX_FILES + 10
_FIELD_BYTES = 1000


@dataclass
class Received:
    """One file of an upload: its safe name, and where it is until it is kept."""

    name: str
    staged: Staged


class Receiver:
    """Takes the body of one upload. Every method blocks; one at a time is called.

    Args:
        content_type: the request's header.
        stage: begins a file.
        max_bytes: of all files together.
    """

    def __init__(self, content_type: str, stage: Callable[[], Staged], max_bytes: int) -> None:
        self.files: list[Received] = []
        self._stage = stage
        self._max_bytes = max_bytes
        self._left = max_bytes
        self._parts = 0
        self._ended = False
        self._fields: dict[str, bytes] = {}
        self._header = b""
        self._value = b""
        self._disposition = b""
        self._field: str | None = None
        self._file: Received | None = None
        self._parser = MultipartParser(
            _boundary(content_type),
            {
                "on_part_begin": self._on_part_begin,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": self._on_part_data,
                "on_part_end": self._on_part_end,
                "on_end": self._on_end,
            },
        )

    def feed(self, chunk: bytes) -> None:
        """Take a piece. Raises InvalidInput, TooLarge, StorageFull."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise InvalidInput(f"The body is no multipart form: {error}.", field="body") from error

    def finish(self) -> UploadOptions:
        """The form's fields, once the whole body is taken; `files` are on the disk. Raises InvalidInput."""
        if not self._ended:
            raise InvalidInput("The body ends before the form does: send it whole.", field="body")
        if not self.files:
            raise InvalidInput("There is no file in the form: send at least one.", field="file")
        options = self._options()
        for received in self.files:
            received.staged.seal()
        return options

    def discard(self) -> None:
        """Remove what was written and not kept."""
        for received in self.files:
            received.staged.discard()

    def _options(self) -> UploadOptions:
        try:
            fields = {name: value.decode() for name, value in self._fields.items()}
            return UploadOptions.model_validate(fields)
        except UnicodeDecodeError as error:
            raise InvalidInput("The form's fields must be UTF-8.", field="body") from error
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field = str(first["loc"][0])
            if first["type"] == "extra_forbidden":
                raise InvalidInput(f"Unknown field {field[:80]!r} in the form.", field=field) from error
            raise InvalidInput(f"{field}: {first['msg']}.", field=field) from error

    def _on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise TooLarge(f"Upload at most {MAX_FILES} files at once.", field="file")
        self._disposition = b""
        self._field = self._file = None

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _on_headers_finished(self) -> None:
        _, parameters = parse_options_header(self._disposition)
        name = parameters.get(b"name", b"").decode(errors="replace")
        if b"filename" in parameters:
            self._begin_file(parameters[b"filename"])
        elif not name:
            raise InvalidInput("A part of the form has no name.", field="body")
        elif name in self._fields:
            raise InvalidInput(f"Give {name[:80]!r} once.", field=name[:80])
        else:
            self._field = name[:80]
            self._fields[self._field] = b""

    def _begin_file(self, filename: bytes) -> None:
        # A browser's form without a chosen file sends a part that is named "".
        if not filename:
            return
        if len(self.files) >= MAX_FILES:
            raise TooLarge(f"Upload at most {MAX_FILES} files at once.", field="file")
        name = filename.replace(b"%22", b'"').decode(errors="replace")
        self._file = Received(upload_name(name), self._stage())
        self.files.append(self._file)

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._left -= end - start
            self._file.staged.write(data[start:end])
            if self._left < 0:
                raise TooLarge(
                    f"Files that are uploaded together may have at most {self._max_bytes // MIB} MiB in all.",
                    field="file",
                )
        elif self._field is not None:
            self._fields[self._field] += data[start:end]
            if len(self._fields[self._field]) > _FIELD_BYTES:
                raise TooLarge(
                    f"{self._field}: at most {_FIELD_BYTES} bytes. A file needs a filename.",
                    field=self._field,
                )

    def _on_part_end(self) -> None:
        self._file = self._field = None

    def _on_end(self) -> None:
        self._ended = True


def _boundary(content_type: str) -> bytes:
    kind, parameters = parse_options_header(content_type.encode("latin-1", "replace"))
    boundary = parameters.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise InvalidInput(
            "Send a form: Content-Type multipart/form-data with a boundary.", field="Content-Type"
        )
    return boundary
