"""Small data codes, labelled by what goes wrong in them silently; `kind` None: nothing does, it only looks so."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

HEAD = "import numpy as np\nimport pandas as pd\n\n\n"


@dataclass(frozen=True)
class Code:
    """A solution and the body of its test; without a test it is a cell that is run."""

    name: str
    kind: str | None
    solution: str
    test: str | None = None

    @property
    def source(self) -> str:
        """The text of solution.py."""
        return HEAD + dedent(self.solution).lstrip("\n")

    @property
    def is_cell(self) -> bool:
        """Is it run as a notebook cell, not imported?"""
        return self.test is None or "cell(" in self.test

    def tests(self, module: str = "solution") -> str:
        """The text of its tests: one function, which imports the code as `module` or has the `cell` fixture."""
        if self.test is None:
            return "def test_it(cell):\n    cell()\n"
        body = "".join(f"    {line}\n" for line in dedent(self.test).strip().splitlines())
        imports = "" if self.is_cell else f"from {module} import *\n"
        return f"{HEAD}{imports}\n\ndef test_it({'cell' if not imports else ''}):\n{body}"


ORDERS = 'orders = pd.DataFrame({"customer": [1, 2, 2], "amount": [1.0, 2.0, 3.0]})\n'
CUSTOMERS = 'customers = pd.DataFrame({"customer": [1, 2], "country": ["AT", "NZ"]})\n'
TWICE = 'customers = pd.DataFrame({"customer": [1, 2, 2], "country": ["AT", "NZ", "NZ"]})\n'
ONE = 'customers = pd.DataFrame({"customer": [1], "country": ["AT"]})\n'
SKLEARN = """
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler
"""
