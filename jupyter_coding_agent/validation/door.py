"""Validation at the door: what is wrong with a request is said before anything is spent on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping

from ..core import syntax
from ..core.errors import InvalidInput, TooLarge
from .models import ValidationRequest
from .settings import ValidationSettings

_PATH_BYTES = 300
_PATH_DEPTH = 16
# Bytecode would be believed instead of the source that was judged; the others belong to version control.
_RESERVED_PARTS = {"__pycache__", ".git", ".hg", ".svn"}


def check(request: ValidationRequest, settings: ValidationSettings, languages: Collection[str]) -> None:
    """Raise InvalidInput, naming the field, or TooLarge; return where the request can be judged."""
    if request.language not in languages:
        known = ", ".join(sorted(languages))
        raise InvalidInput(
            f"The language {request.language!r} is not known. Known: {known}.", field="language"
        )
    if not request.signals:
        raise InvalidInput("Ask for at least one of tests, lint, security.", field="signals")
    _check_sizes(request, settings)
    check_files("files", request.files)
    check_files("tests", request.tests)
    _check_clashes([*request.files, *request.tests])
    if request.cell is not None and request.cell not in request.files:
        raise InvalidInput(f"There is no file {request.cell!r} that could be the cell.", field="cell")
    for name in request.known_names:
        if not name.isidentifier():
            raise InvalidInput(f"{name[:80]!r} is not a name.", field="known_names")
    _check_examples(request)


def check_files(field: str, files: Mapping[str, str]) -> None:
    """Raise InvalidInput unless every path is a plain relative POSIX path and every content is text."""
    for path, text in files.items():
        wrong = wrong_with_path(path)
        if wrong:
            raise InvalidInput(f"The file name {path[:120]!r} can't be used: {wrong}.", field=field)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise InvalidInput(
                f"{path} is not text: the character at {error.start} can't be written as UTF-8.",
                field=f"{field}.{path}",
            ) from error
        if "\0" in text:
            raise InvalidInput(f"{path} is binary: it holds a NUL character.", field=f"{field}.{path}")


def wrong_with_path(path: str) -> str:
    """Why `path` is not a plain relative POSIX path, in a few words; empty where it is."""
    if not path:
        return "it is empty"
    if "\\" in path:
        return "write / between folders, not a backslash"
    if path.startswith("/") or path[1:2] == ":":
        return "it must be relative"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in path):
        return "it holds a control character"
    parts = path.split("/")
    if ".." in parts:
        return "it leaves the workspace by '..'"
    if "" in parts or "." in parts:
        return "it must be written without empty or '.' parts"
    if len(path.encode()) > _PATH_BYTES or len(parts) > _PATH_DEPTH:
        return f"it is longer than {_PATH_BYTES} bytes or deeper than {_PATH_DEPTH} folders"
    reserved = _RESERVED_PARTS.intersection(parts)
    if reserved:
        return f"{reserved.pop()!r} is reserved"
    return ""


def _check_sizes(request: ValidationRequest, settings: ValidationSettings) -> None:
    count = len(request.files) + len(request.tests)
    if count > settings.max_files:
        raise TooLarge(f"{count} files are too many: send at most {settings.max_files}.", field="files")
    for field, files in (("files", request.files), ("tests", request.tests)):
        for path, text in files.items():
            if _size(text) > settings.max_file_bytes:
                raise TooLarge(
                    f"{path[:120]} is larger than {settings.max_file_bytes // 1024} KiB.",
                    field=f"{field}.{path[:120]}",
                )
    tests = sum(map(_size, request.tests.values()))
    if tests > settings.max_tests_bytes:
        raise TooLarge(
            f"The tests are larger than {settings.max_tests_bytes // 1024} KiB together.", field="tests"
        )
    if tests + sum(map(_size, request.files.values())) > settings.max_total_bytes:
        raise TooLarge(
            f"Files and tests are larger than {settings.max_total_bytes // 1024} KiB together.", field="files"
        )
    for field, items, most in (
        ("requirements", len(request.requirements), settings.max_requirements),
        ("examples", len(request.examples), settings.max_examples),
        ("known_names", len(request.known_names), 20_000),
    ):
        if items > most:
            raise TooLarge(f"{items} {field} are too many: send at most {most}.", field=field)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))


def _check_clashes(paths: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for path in paths:
        key = unicodedata.normalize("NFC", path)
        if key in seen:
            raise InvalidInput(
                f"The file name {path!r} is given twice (in files and tests together).", field="tests"
            )
        seen[key] = path
    for key, path in seen.items():
        parts = key.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            if folder in seen:
                raise InvalidInput(f"{folder!r} is a file, so {path!r} can't lie in it.", field="files")


def _check_examples(request: ValidationRequest) -> None:
    for number, example in enumerate(request.examples):
        try:
            syntax.parse(example.call.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise InvalidInput(
                f"The example's call {example.call[:80]!r} is not an expression.",
                field=f"examples.{number}.call",
            ) from error
        try:
            syntax.literal_eval(example.expected.strip())
        except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
            raise InvalidInput(
                f"The expected value {example.expected[:80]!r} is not a Python literal.",
                field=f"examples.{number}.expected",
            ) from error
