"""What an engine is told of the Python that asks."""

from __future__ import annotations

import importlib.metadata
import sys


def python_version() -> str:
    """``3.13.1``, also where this Python is a release candidate or a distribution's own build."""
    return "{}.{}.{}".format(*sys.version_info)


def distributions() -> list[str]:
    """The distributions of this Python's environment, sorted."""
    names = {distribution.name for distribution in importlib.metadata.distributions()}
    return sorted(name for name in names if name)
