"""The image's modules are no part of the package: here they become importable for tests without a container."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "images" / "python"))
