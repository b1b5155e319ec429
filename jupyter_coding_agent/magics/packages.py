"""What is installed beside the kernel, read from the names of folders: no file of a package is opened."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from pathlib import Path

_METADATA = (".dist-info", ".egg-info")


def installed() -> list[str]:
    """The distributions of this kernel's environment, sorted; names as their folders spell them."""
    places = []
    for path in dict.fromkeys(sys.path):
        try:
            # A folder's time changes with every distribution that comes or goes.
            places.append((path or ".", Path(path or ".").stat().st_mtime_ns))
        except OSError:
            continue
    return list(_in(tuple(places)))


@lru_cache(maxsize=1)
def _in(places: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    names = set[str]()
    for path, _ in places:
        try:
            with os.scandir(path) as entries:
                names |= {_name(entry.name) for entry in entries if entry.name.endswith(_METADATA)}
        except OSError:  # a ZIP on the path, or a folder that may not be read
            continue
    return tuple(sorted(names - {""}))


def _name(folder: str) -> str:
    """``scikit_learn`` of ``scikit_learn-1.5.2.dist-info``."""
    return folder.rpartition(".")[0].partition("-")[0].lstrip("~")
