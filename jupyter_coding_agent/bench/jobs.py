"""The three jobs that verdicts are measured on."""

from __future__ import annotations

from dataclasses import dataclass

from ..validation.models import ValidationRequest


@dataclass(frozen=True)
class Job:
    """A solution and its tests; `request` makes them different each time, so that no cache can answer."""

    name: str
    solution: str
    tests: str

    def request(self, nonce: int) -> ValidationRequest:
        """The job with a comment that makes its bytes new."""
        return ValidationRequest(
            files={"solution.py": f"{self.solution}# {nonce}\n"},
            tests={"test_solution.py": self.tests},
            cell="solution.py",
        )


PURE = Job(
    "pure Python",
    '''"""Roman numerals."""

VALUES = {"M": 1000, "CM": 900, "D": 500, "CD": 400, "C": 100, "XC": 90}
VALUES |= {"L": 50, "XL": 40, "X": 10, "IX": 9, "V": 5, "IV": 4, "I": 1}


def to_roman(number: int) -> str:
    """Write a positive number below 4000 in Roman numerals."""
    if not 0 < number < 4000:
        raise ValueError(f"{number} has no Roman numeral")
    out = []
    for symbol, value in VALUES.items():
        count, number = divmod(number, value)
        out.append(symbol * count)
    return "".join(out)
''',
    """import pytest

from solution import to_roman


@pytest.mark.parametrize(("number", "roman"), [(1, "I"), (4, "IV"), (1994, "MCMXCIV"), (3999, "MMMCMXCIX")])
def test_known_numbers(number, roman):
    assert to_roman(number) == roman


def test_out_of_range():
    with pytest.raises(ValueError):
        to_roman(0)


def test_is_longest_at_3888():
    assert max(range(1, 4000), key=lambda n: len(to_roman(n))) == 3888
""",
)

PANDAS = Job(
    "pandas merge",
    '''"""Join orders to customers."""

import pandas as pd


def revenue_by_country(orders: pd.DataFrame, customers: pd.DataFrame) -> pd.Series:
    """Sum the amounts of the orders by their customer's country, largest first."""
    merged = orders.merge(customers, on="customer_id", how="left", validate="many_to_one")
    return merged.groupby("country")["amount"].sum().sort_values(ascending=False)
''',
    """import pandas as pd
import pytest

from solution import revenue_by_country


@pytest.fixture
def customers():
    return pd.DataFrame({"customer_id": [1, 2], "country": ["AT", "NZ"]})


def test_sums_by_country(customers):
    orders = pd.DataFrame({"customer_id": [1, 2, 2], "amount": [1.0, 2.0, 3.0]})
    assert revenue_by_country(orders, customers).to_dict() == {"NZ": 5.0, "AT": 1.0}


def test_refuses_duplicate_customers(customers):
    orders = pd.DataFrame({"customer_id": [1], "amount": [1.0]})
    with pytest.raises(pd.errors.MergeError):
        revenue_by_country(orders, pd.concat([customers, customers]))
""",
)

PLOT = Job(
    "matplotlib plot",
    '''"""Plot a running mean."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure


def plot_running_mean(values: np.ndarray, window: int = 5) -> Figure:
    """Draw the values and their running mean over the window."""
    figure, axes = plt.subplots()
    axes.plot(values, label="values")
    axes.plot(np.convolve(values, np.ones(window) / window, mode="valid"), label="mean")
    axes.set_xlabel("sample")
    axes.legend()
    return figure
''',
    """import numpy as np

from solution import plot_running_mean


def test_draws_two_labelled_lines():
    axes = plot_running_mean(np.arange(20.0)).axes[0]
    assert [line.get_label() for line in axes.get_lines()] == ["values", "mean"]


def test_mean_of_constant_is_constant():
    line = plot_running_mean(np.full(10, 3.0), window=2).axes[0].get_lines()[1]
    assert np.allclose(line.get_ydata(), 3.0)
""",
)
