"""Names that are safe to show, to download as and to lay into a folder, whatever a file was called."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME_BYTES = 200
MAX_PATH_BYTES = 300
_UNNAMED = "file"
# Control and format characters (bidirectional overrides among them), surrogates, private use, unassigned, and
# the separators of lines and paragraphs: nobody sees them, and some make a name look like another.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_EDGES = re.compile(r"^[\s.~-]+|[\s.]+$")
_UNSAFE = dict.fromkeys(map(ord, '<>:"|?*/\\'), "_")
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)


def safe_name(name: str) -> str:
    """One part of a path: never empty, never special, at most MAX_NAME_BYTES of UTF-8. Safe names stay as they are."""
    # What is removed may let characters combine, and what combines may be unsafe.
    name = "".join(char for char in name if unicodedata.category(char) not in _INVISIBLE)
    name = unicodedata.normalize("NFC", name).translate(_UNSAFE)
    name = _trimmed(_shortened(_trimmed(name), MAX_NAME_BYTES)) or _UNNAMED
    if name.partition(".")[0].rstrip().casefold() in _DEVICES:
        name = _shortened(f"_{name}", MAX_NAME_BYTES)
    return name


def safe_path(path: str) -> str:
    """The same for each part of a relative path."""
    return "/".join(map(safe_name, path.split("/")))


def upload_name(name: str) -> str:
    """The safe name of an uploaded file: of a path, what comes after its last separator."""
    return safe_name(name.replace("\\", "/").rstrip("/").rpartition("/")[2])


def collision_key(path: str) -> str:
    """The same for paths that are one file where case or the way to write an accent makes no difference."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())


class Paths:
    """Finds names that would be one file on some file system, and files that are a folder as well."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def add(self, path: str, name: str, *, folder: bool) -> str:
        """Why the path can't be taken, in words; empty where it can."""
        key = collision_key(path)
        parts = key.split("/")
        above = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
        taken = next((self._files[other] for other in [key, *above] if other in self._files), None)
        if taken is None and not folder:
            taken = self._folders.get(key)
        if taken is not None:
            return f"it and {taken[:120]!r} would be the same file or lie in one another"
        for other in [*above, *([key] if folder else [])]:
            self._folders.setdefault(other, name)
        if not folder:
            self._files[key] = name
        return ""


def _trimmed(name: str) -> str:
    """Without what makes a name hidden, an option, or one that Windows changes."""
    return _EDGES.sub("", name)


def _shortened(name: str, limit: int) -> str:
    """At most `limit` bytes, with its suffix where that is a short one."""
    if len(name.encode()) <= limit:
        return name
    stem, dot, suffix = name.rpartition(".")
    ending = f"{dot}{suffix}" if stem and 0 < len(suffix.encode()) <= 20 else ""
    room = limit - len(ending.encode())
    kept = (stem if ending else name).encode()[:room].decode(errors="ignore")
    return f"{kept.rstrip('. ')}{ending}"
