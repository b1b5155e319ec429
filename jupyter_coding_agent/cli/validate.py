"""jupyter coding-agent validate: prove files that you or another tool wrote."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..client import words
from ..core.errors import InvalidInput
from .connection import engine
from .console import print_json, progress

_STATUS = {"passed": 0, "ran": 0, "failed": 1, "error": 2}


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="the code")
    parser.add_argument("--tests", nargs="+", type=Path, metavar="FILE", default=[], help="its tests")
    parser.add_argument("--language", default="python", help="the language (python)")
    parser.add_argument(
        "--requirement", action="append", default=[], metavar="PACKAGE", help="a package it needs; repeatable"
    )
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="what the run may take")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")


def run(options: argparse.Namespace) -> int:
    """0 passed or ran, 1 failed, 2 could not be judged."""
    request: dict[str, Any] = {
        "language": options.language,
        "files": read(options.files),
        "tests": read(options.tests),
        "requirements": options.requirement,
    }
    if options.timeout is not None:
        request["timeout_seconds"] = options.timeout
    with engine(options.data_dir) as client, progress("Running in the sandbox"):
        verdict = client.validate(request)
    if options.json:
        print_json(verdict)
    else:
        for line in words.result_lines(verdict):
            print(line)
    return _STATUS[verdict["status"]]


def read(paths: Iterable[Path]) -> dict[str, str]:
    """Name → text. What lies below the working directory keeps its path from there, for packages.

    Raises InvalidInput for what is no text file, and for two files of one name.
    """
    files: dict[str, str] = {}
    here = Path.cwd()
    for path in paths:
        absolute = path.absolute()
        inside = absolute.is_relative_to(here) and ".." not in path.parts
        name = absolute.relative_to(here).as_posix() if inside else path.name
        if name in files:
            raise InvalidInput(f"{path} is given twice, or shares its name with another file.")
        try:
            files[name] = path.read_text(encoding="utf-8")
        except OSError as error:
            raise InvalidInput(f"{path} can't be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise InvalidInput(f"{path} is not a text file (UTF-8).") from error
    return files
