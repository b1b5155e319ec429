"""Fixtures of the runner's tests."""

from tests.engine import engine, make_runner, runner

__all__ = ["engine", "make_runner", "runner"]
