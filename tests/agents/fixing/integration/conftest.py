from __future__ import annotations

from tests.agents.real_judge import engine, judge

__all__ = ["engine", "judge"]
