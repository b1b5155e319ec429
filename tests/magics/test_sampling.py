from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_coding_agent.core.redaction import Redactor
from jupyter_coding_agent.magics.sampling import MAX_SAMPLE, sample
from tests.magics.test_describing import Ran, hostile

TOKEN = "ghp_" + "aB3dE5gH7jK9" * 3


def taken(name: str, value: Any) -> str | None:
    return sample(name, value, Redactor())


def test_the_first_rows_of_a_table():
    frame = pd.DataFrame(
        {
            "city": ["Graz", "Wien", None, "Linz"],
            "n": [1, 2, 3, 4],
            "day": pd.to_datetime(["2026-01-01"] * 4, utc=True),
        }
    )
    assert taken("df", frame) == (
        "city | n | day\n'Graz' | 1 | 2026-01-01T00:00:00\n"
        "'Wien' | 2 | 2026-01-01T00:00:00\nnan | 3 | 2026-01-01T00:00:00"
    )
    assert taken("df", frame.iloc[:0]) == "city | n | day"
    assert taken("n", frame["n"]) == "n\n1\n2\n3"
    assert taken("gaps", pd.Series([1, None], dtype="Int64")) == "value\n1\nNone"
    assert taken("a", np.arange(20).reshape(10, 2)) == "0 | 1\n0 | 1\n2 | 3\n4 | 5"


def test_plain_values_and_the_first_of_many():
    assert taken("cities", ["Graz", "Wien", 3, None]) == "'Graz', 'Wien', 3, None"
    assert (
        taken("counts", {"Graz": 1, "password": "swordfish"})
        == "'Graz': 1\n'password': '<redacted: password>'"
    )
    assert taken("n", 5) == "5"
    assert taken("day", datetime.date(2026, 1, 2)) == "2026-01-02"
    assert taken("text", "x" * 1000) == f"'{'x' * 60}…'"
    assert taken("n", 10**5000) is None
    assert taken("none", []) is None


def test_secrets_in_values_are_taken_out_and_what_is_called_one_is_not_shown():
    redactor = Redactor()
    frame = pd.DataFrame(
        {"user": ["ada@corp.io"], "password": ["swordfish"], "note": [f"{'x' * 55} {TOKEN}"]}
    )
    text = sample("df", frame, redactor)
    assert text is not None
    assert "swordfish" not in text
    assert "ghp_" not in text
    assert "'redacted-1@example.com' | '<redacted: password>'" in text
    assert redactor.found == {"e-mail address": 1, "password": 1, "GitHub token": 1}
    assert taken("api_key", "whatever it is") is None
    assert taken("api_key", [1, 2]) is None


class Odd:
    def __str__(self) -> str:
        raise Ran

    __repr__ = __format__ = __str__


class Zone(datetime.tzinfo):
    def utcoffset(self, moment: datetime.datetime | None) -> datetime.timedelta | None:
        raise Ran

    tzname = dst = utcoffset


def test_values_of_somebodys_own_are_only_named():
    assert taken("items", [Odd(), 1, True]) == "<Odd>, 1, True"
    assert taken("df", pd.DataFrame({"a": [Odd(), 1]})) == "a\n<Odd>\n1"
    assert taken("t", datetime.datetime(2026, 1, 1, tzinfo=Zone())) == "2026-01-01T00:00:00"
    assert taken("odd", Odd()) is None
    array = np.empty(2, dtype=object)
    array[:] = [Odd(), Odd()]
    assert taken("array", array) is None


@pytest.mark.parametrize("name", hostile())
def test_what_is_hostile_is_not_run(name: str):
    text = taken("value", hostile()[name])
    assert text is None or len(text) < 300


def test_a_sample_is_small_whatever_it_is_of():
    wide = pd.DataFrame([["x" * 500] * 300] * 5)
    text = taken("wide", wide)
    assert text is not None
    assert len(text) <= MAX_SAMPLE + 1


def test_no_large_data_is_copied():
    class Watched(np.ndarray):
        def __array_finalize__(self, obj: Any) -> None:
            assert obj is None or self.base is not None or self.size < 1000, "copied"

    frame = pd.DataFrame(np.zeros((1_000, 50)).view(Watched), copy=False)
    assert (taken("frame", frame) or "").startswith("0 | 1 | 2")


def test_files_in_memory_are_not_read(tmp_path):
    mapped = np.memmap(tmp_path / "data", dtype="u1", mode="w+", shape=(10,))
    assert taken("mapped", mapped) is None
