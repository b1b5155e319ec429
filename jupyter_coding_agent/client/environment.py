"""What an engine is told of the Python that asks."""

from __future__ import annotations

import sys


def python_version() -> str:
    """``3.13.1``, also where this Python is a release candidate or a distribution's own build."""
    return "{}.{}.{}".format(*sys.version_info)
