"""Makes the image's modules, which are no part of the package, importable for tests without a container."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "images" / "python"))
