"""Makes the image's modules, which are no part of the package, importable for tests without a container."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "images" / "python"))
# In the image it lies among them.
sys.modules["agent_sandbox.canonical"] = importlib.import_module("canonical")
