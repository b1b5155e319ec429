from __future__ import annotations

import collections
import math
import sys
import types
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_coding_agent.magics.describing import MAX_METHODS, describe, is_definition
from jupyter_coding_agent.magics.known_types import library_type

SECRET = "s3cret-value"


def secretive(a, b=SECRET, *args, key: str = SECRET):
    return SECRET


class Model(dict):
    """Fits.

    At length.
    """

    LIMIT = SECRET

    def __init__(self, rate: float = 0.1) -> None: ...

    def fit(self, x, y, /, *, rounds: int = 3, **more) -> None:
        """Secretive."""

    def _hidden(self): ...


VALUES = {
    "frame": pd.DataFrame({"name": [SECRET], "kind": pd.Categorical([SECRET])}, index=[SECRET]),
    "sparse": pd.DataFrame({"n": pd.arrays.SparseArray([12345], fill_value=12345)}),
    "interval": pd.Series(pd.arrays.IntervalArray.from_breaks([12345, 12346])),
    "series": pd.Series([SECRET], name="name"),
    "array": np.zeros((3, 4), dtype="float32"),
    "text": SECRET,
    "items": [SECRET, 1],
    "queue": collections.deque([SECRET]),
    "mapping": {SECRET: SECRET},
    "counts": collections.Counter([SECRET]),
    "function": secretive,
    "class": Model,
    "number": 12345,
    "nothing": None,
}


@pytest.mark.parametrize("name", VALUES)
def test_no_value_is_told(name: str):
    said = describe(VALUES[name])
    assert SECRET not in said
    assert "12345" not in said


def test_schemas_and_shapes():
    frame = pd.DataFrame({"city": ["a", "b"], "price": [1.0, 2.0]})
    assert describe(frame).endswith(f"2 x 2; columns city ({frame['city'].dtype}), price (float64)")
    assert describe(VALUES["array"]) == "numpy.ndarray: 3 x 4, float32"
    assert describe(VALUES["items"]) == "list: 2 items of int, str"
    assert describe(VALUES["mapping"]) == "dict: 1 items of str → str"
    assert describe(VALUES["counts"]) == "collections.Counter: 1 items of str → int"
    assert describe(VALUES["sparse"]).endswith("columns n (sparse)")
    assert describe(VALUES["frame"]).endswith("kind (category); index (str)")
    assert describe(VALUES["series"]).endswith("1, str, named name")
    assert describe(pd.Series([1])).endswith("1, int64")
    assert describe(3) == "int"
    assert describe(None) == "NoneType"
    assert describe(iter([])) == "list_iterator"


def test_the_index_and_labels_that_are_no_words():
    dated = pd.DataFrame({("a", 1): [1]}, index=pd.DatetimeIndex(["2026-01-01"], name="day", tz="UTC"))
    assert describe(dated).endswith("columns (a, 1) (int64); index day (datetime64[us, UTC])")
    odd = pd.DataFrame([[1, 2]], columns=pd.Index([object(), None], dtype=object))
    assert "columns <object> (int64), None (int64)" in describe(odd)


def test_a_wide_table_is_cut():
    said = describe(pd.DataFrame([range(500)]))
    assert "79 (int64), and 420 more" in said


def test_signatures_tell_no_default_and_documentation_only_its_first_line():
    assert describe(secretive) == "function: (a, b=…, *args, key: str=…)"
    assert describe(Model.fit) == "function: (self, x, y, /, *, rounds: int=…, **more) -> None - Secretive."
    assert describe(Model) == (
        f"class: {__name__}.Model(dict) with __init__(self, rate: float=…) -> None, "
        "fit(self, x, y, /, *, rounds: int=…, **more) -> None - Fits."
    )
    assert describe(math.sqrt) == "function: math.sqrt"
    assert describe(types) == "module: types"
    many = type("Many", (), {f"m{n}": secretive for n in range(MAX_METHODS + 1)})
    assert describe(many).endswith(", …")
    assert is_definition(Model)
    assert is_definition(secretive)
    assert is_definition(math)
    assert not is_definition(3)


class Ran(BaseException):
    """Code of the user's was run: nothing but the test catches it."""


class Trap:
    """Whatever is asked of it, it runs something."""

    def __getattribute__(self, name: str) -> Any:
        raise Ran(name)

    __repr__ = __str__ = __len__ = __iter__ = __bool__ = __hash__ = __getattribute__
    __class__ = property(lambda self: pytest.fail("asked for its class"))


class TrapMeta(type):
    def __getattribute__(cls, name: str) -> Any:
        raise Ran(name)

    def __instancecheck__(cls, instance: object) -> bool:
        raise Ran

    __subclasscheck__ = __instancecheck__


class HostileFrame(pd.DataFrame):
    """A subclass may compute, download or block in any attribute."""

    columns = dtypes = shape = index = property(lambda self: pytest.fail("looked at"))


def hostile() -> dict[str, Any]:
    made = TrapMeta("Made", (), {})
    posing = type("DataFrame", (), {"columns": property(lambda self: pytest.fail("looked at"))})
    posing.__module__ = "pandas"
    noted = types.FunctionType(secretive.__code__, {})
    noted.__annotations__ = {"a": Trap(), "key": made}
    noted.__doc__ = Trap()
    odd = type("Odd", (), {"__module__": Trap(), "__doc__": property(lambda self: pytest.fail("looked at"))})
    return {
        "repr that raises": Trap(),
        "metaclass": made,
        "instance of it": object.__new__(made),
        "subclass of a frame": HostileFrame({"a": [1]}),
        "a name that poses": posing(),
        "annotations": noted,
        "class with a hostile documentation": odd,
        "a module": type("Lazy", (types.ModuleType,), {"__getattr__": lambda self, name: pytest.fail(name)})(
            "m"
        ),
        "labels": pd.DataFrame([[1]], columns=pd.Index([type("L", (Label,), {})()], dtype=object)),
        "items": [Trap(), made],
        "subclass of a list": type("Items", (list,), {"__len__": lambda self: pytest.fail("asked")})([1]),
    }


class Label:
    def __str__(self) -> str:
        raise Ran

    __repr__ = __str__


@pytest.mark.parametrize("name", hostile())
def test_describing_runs_no_code_of_the_users(name: str):
    said = describe(hostile()[name])
    assert said
    assert len(said) < 300


def test_only_exactly_what_a_library_has_is_looked_at(monkeypatch: pytest.MonkeyPatch):
    assert library_type(pd.DataFrame()) == "pandas.DataFrame"
    assert library_type(HostileFrame()) is None
    assert library_type(pd.DataFrame) is None
    monkeypatch.delitem(sys.modules, "pandas")
    assert library_type(pd.DataFrame()) is None


def test_a_library_that_fails_is_still_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pd.DataFrame, "dtypes", property(lambda self: 1 / 0))
    assert describe(pd.DataFrame({"a": [1]})).endswith("DataFrame")


def test_what_other_libraries_say_is_told_the_same(monkeypatch: pytest.MonkeyPatch):
    def library(name: str, **classes: type) -> None:
        module = types.ModuleType(name)
        for word, kind in classes.items():
            kind.__module__, kind.__qualname__ = name, word
            setattr(module, word, kind)
        monkeypatch.setitem(sys.modules, name, module)

    enum = type(
        "Enum", (), {"__str__": lambda self: f"Enum(categories=['{SECRET}'])", "__module__": "polars"}
    )
    series = type("S", (), {"shape": (3,), "dtype": enum(), "name": "kind"})
    frame = type("F", (), {"shape": (3, 1), "columns": ["kind"], "dtypes": [enum()]})
    library("polars", Series=series, DataFrame=frame)
    assert describe(series()) == "polars.Series: 3, Enum, named kind"
    assert describe(frame()) == "polars.DataFrame: 3 x 1; columns kind (Enum)"
    tensor = type("T", (), {"shape": (2, 5), "dtype": np.dtype("f4"), "device": "cuda:0"})
    library("torch", Tensor=tensor)
    assert describe(tensor()) == "torch.Tensor: 2 x 5, float32, on cuda:0"
    lazy = type("L", (), {"columns": property(lambda self: pytest.fail("a lazy frame was computed"))})
    lazy.__module__, lazy.__qualname__ = "polars", "LazyFrame"
    assert describe(lazy()) == "polars.LazyFrame"
