"""Conditions of what was asked for only: one that may be switched off keeps SQLite from its indexes."""

from __future__ import annotations

from collections.abc import Mapping


def equal_to(wanted: Mapping[str, object]) -> str:
    """``user = :user AND status = :status``: of each column that has a value. The names are the caller's own."""
    return " AND ".join(f"{name} = :{name}" for name, value in wanted.items() if value is not None)
