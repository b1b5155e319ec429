"""What the kernel writes and the image reads: the same value, of the same type, through plain JSON."""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import json
import math
import pathlib
import pickle
import uuid
import zoneinfo

import numpy as np
import pandas as pd
import pytest
from agent_sandbox import neutral as reader

from jupyter_coding_agent.magics.neutral import Writer

BERLIN = "Europe/Berlin"
FRAME = pd.DataFrame(
    {
        "whole": [1, 2, 3],
        "real": [1.0, np.nan, 2.0],
        "text": ["a", None, "c"],
        "kind": pd.Categorical(["x", "y", "x"], categories=["y", "x"], ordered=True),
        "day": pd.date_range("2020-01-01", periods=3),
        "hour": pd.date_range("2020-03-29", periods=3, freq="h", tz=BERLIN),
        "gaps": pd.array([1, None, 3], dtype="Int64"),
        "maybe": pd.array([True, None, False], dtype="boolean"),
        "string": pd.array(["a", None, "b"], dtype="string"),
        "mixed": [1, "a", (2,)],
        "month": pd.period_range("2020-01", periods=3, freq="M"),
        "span": pd.interval_range(0, 3),
        "took": pd.to_timedelta([1, 2, 3], unit="s"),
    }
)


def again(value: object) -> object:
    return reader.read(json.dumps(Writer(2_000, 5_000_000).form(value), allow_nan=False))


@pytest.mark.parametrize(
    "value",
    [
        None, True, 2**70, -1.5, math.inf, "é\ud800", b"\0x", bytearray(b"y"), (1, [2.5]), {1: {"a"}},
        {(1, 2): None}, frozenset([1]), 1j, range(1, 9, 2), datetime.date(2020, 1, 1),
        datetime.datetime(2020, 1, 1, 12, tzinfo=datetime.UTC),
        datetime.datetime(2020, 7, 1, tzinfo=zoneinfo.ZoneInfo(BERLIN)), datetime.time(1, 2),
        datetime.timedelta(1, 2, 3), decimal.Decimal("1.10"), fractions.Fraction(1, 3), uuid.UUID(int=7),
        pathlib.Path("a/b"), collections.Counter("aab"),
        collections.OrderedDict(b=1, a=2), collections.deque([1], 3), collections.defaultdict(list, {1: [2]}),
        pd.Timestamp("2020", tz=BERLIN), pd.Timedelta("1s"), np.float32(1.5),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_plain_values(value):
    back = again(value)
    assert (back, type(back)) == (value, type(value))


def test_values_that_equal_nothing_or_only_themselves():
    assert math.isnan(again(math.nan))
    assert again([pd.NaT, pd.NA]) == [pd.NaT, pd.NA] or again(pd.NaT) is pd.NaT


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).reshape(2, 3), np.array(["a", "bc"]), np.array([1, None, "x"], dtype=object),
        np.array(["2020"], dtype="M8[D]"), np.zeros(2, dtype=[("a", "i4"), ("b", "f8")]), np.array(3.5),
    ],
    ids=lambda array: str(array.dtype),
)  # fmt: skip
def test_arrays(array):
    back = again(array)
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


@pytest.mark.parametrize(
    "frame",
    [
        FRAME, FRAME.set_index("hour"), FRAME.set_index(["text", "kind"]), FRAME.set_index("month"), FRAME[[]],
        FRAME.iloc[:0], FRAME.iloc[::2], FRAME[["whole", "text"]].T,
        pd.DataFrame([[1, 2]], columns=["a", "a"]), pd.DataFrame(),
        FRAME.pivot_table(index="kind", columns="whole", values="real", observed=True),
    ],
    ids=range(11),
)  # fmt: skip
def test_tables_keep_types_index_categories_and_zones(frame):
    pd.testing.assert_frame_equal(again(frame), frame)


@pytest.mark.parametrize("name", FRAME.columns)
def test_columns(name):
    pd.testing.assert_series_equal(again(FRAME[name]), FRAME[name])


def test_nothing_is_unpickled():
    array = np.array([1, None], dtype=object)
    with pytest.raises(ValueError, match="allow_pickle"):
        reader.read(json.dumps({"t": "array", "v": _npy(array)}))
    with pytest.raises(KeyError):
        reader.read('{"t": "pickle", "v": ""}')


def _npy(array: np.ndarray) -> str:
    import base64
    import io

    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    assert pickle.dumps(None)[:1] in file.getvalue()
    return base64.b64encode(file.getvalue()).decode()
