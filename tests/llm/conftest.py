"""Tests that import litellm themselves must keep it off the network, as the provider does."""

from __future__ import annotations

import os

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
