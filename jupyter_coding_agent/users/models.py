"""Tiers of users."""

from __future__ import annotations

from typing import Literal

Tier = Literal["free", "registered", "premium"]
