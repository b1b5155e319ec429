"""The user's folder of templates: read when it changes, each template apart from the others."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ..core.errors import SettingError
from .loader import MANIFEST
from .models import Problem, Template

MAX_TEMPLATES = 50
MAX_ENTRIES = 200
"""Files and folders of one template."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

Print = tuple[tuple[str, int, int], ...]


class Reader(Protocol):
    """What reads a folder that nobody vouches for."""

    def load(self, folder: Path) -> Template:
        """The template. Raises SettingError."""


@dataclass
class Held:
    """What a folder holds; `version` changes with it."""

    templates: dict[str, Template] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    version: int = 0


class UserFolder:
    """Templates below a folder that need not exist. Safe to use from several threads."""

    def __init__(self, path: Path | None, reader: Reader, taken: Collection[str]) -> None:
        self._path = path
        self._reader = reader
        self._taken = taken
        self._lock = threading.Lock()
        self._seen: dict[str, Print] = {}
        self._held = Held()

    def held(self) -> Held:
        """What is there now. Only what has changed is read again."""
        with self._lock:
            found = {folder.name: folder for folder in self._folders()}
            prints = {name: _print(folder) for name, folder in found.items()}
            if prints != self._seen:
                self._held = self._read(found, prints)
                self._seen = prints
            return self._held

    def fingerprint(self) -> str:
        """Changes with any file of the folder; empty while there is no template."""
        prints = {folder.name: _print(folder) for folder in self._folders()}
        return hashlib.sha256(repr(sorted(prints.items())).encode()).hexdigest() if prints else ""

    def exclude(self, name: str, message: str) -> None:
        """Leave a template out until its files change."""
        with self._lock:
            held = self._held
            templates = {key: template for key, template in held.templates.items() if key != name}
            problems = held.problems | {name: Problem(template=name, message=message)}
            self._held = Held(templates, problems, held.version + 1)

    def _folders(self) -> list[Path]:
        try:
            entries = sorted(self._path.iterdir()) if self._path else []
        except OSError:
            return []
        return [entry for entry in entries if entry.is_dir() and not entry.name.startswith(".")]

    def _read(self, found: dict[str, Path], prints: dict[str, Print]) -> Held:
        held = Held(version=self._held.version + 1)
        for number, (name, folder) in enumerate(found.items()):
            same = self._seen.get(name) == prints[name]
            try:
                if same and name in self._held.templates:
                    held.templates[name] = self._held.templates[name]
                elif same and name in self._held.problems:
                    held.problems[name] = self._held.problems[name]
                else:
                    self._refuse(number, name, folder, prints[name])
                    held.templates[name] = self._reader.load(folder)
            except SettingError as error:
                held.problems[name] = Problem(template=name, message=error.message)
        return held

    def _refuse(self, number: int, name: str, folder: Path, seen: Print) -> None:
        """Raises SettingError for what is not even read."""
        if number >= MAX_TEMPLATES:
            raise SettingError(f"{folder}: only the first {MAX_TEMPLATES} templates are read.")
        if name in self._taken:
            raise SettingError(f"{folder}: there is a built-in template {name!r}; rename the folder.")
        if not _ID.fullmatch(name):
            raise SettingError(
                f"{folder}: name the folder with small letters, digits and hyphens, at most 64."
            )
        if len(seen) > MAX_ENTRIES:
            raise SettingError(f"{folder}: it has more than {MAX_ENTRIES} files.")
        if not (folder / MANIFEST).is_file():
            raise SettingError(f"{folder}: it has no {MANIFEST}.")


def _print(folder: Path) -> Print:
    """What changes when a file below the folder does."""
    entries: list[tuple[str, int, int]] = []
    for place, folders, files in os.walk(folder):
        for name in sorted([*folders, *files]):
            path = Path(place, name)
            try:
                state = path.lstat()
            except OSError:
                continue
            entries.append((str(path), state.st_mtime_ns, state.st_size))
            if len(entries) > MAX_ENTRIES:
                return tuple(entries)
    return tuple(entries)
