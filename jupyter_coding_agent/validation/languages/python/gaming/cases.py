"""What the tests ask: calls of the code with the inputs and the result they expect."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .forms import Unknown

CELL = "cell"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Case:
    """One call in a test. An argument that can't be told is `Unknown`."""

    function: str
    """Its name without a module or object, or `CELL`."""
    arguments: tuple[Any, ...]
    options: Mapping[str, Any]
    expected: Any
    partial: bool = False
    """`expected` is what a test derived from the answer: a part of it, its length, its order."""
    shown: str = ""

    @property
    def inputs(self) -> list[Any]:
        """The known inputs."""
        return [value for value in (*self.arguments, *self.options.values()) if value is not Unknown]


class Something:
    """A part of an input that parsing can't tell, as a function in a list."""

    def __repr__(self) -> str:
        return "…"


@dataclass
class Cases:
    """All calls that were found, and every literal that any assertion compares with."""

    found: list[Case] = field(default_factory=list)
    expected: list[Any] = field(default_factory=list)
    literals: set[Any] = field(default_factory=set)
    """Every text and number in the tests."""
    names: set[str] = field(default_factory=set)
    """Every name that the tests import."""
    attributes: set[str] = field(default_factory=set)
    """Every attribute that the tests' own classes give themselves."""

    def of(self, function: str) -> list[Case]:
        """The calls of this function or method."""
        return [case for case in self.found if case.function == function]
