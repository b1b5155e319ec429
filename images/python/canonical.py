"""The canonical text of a Python value: equal values give equal text, on the host and in the container.

The container runs `canonical` on what a test handed to the ``answer`` fixture, the host runs it on the
expected value; so this file stands alone and imports nothing but the standard library. The text is JSON in
which every value that JSON can't tell apart is tagged: ``{"int": "3"}``, ``{"tuple": [...]}``. NumPy and
pandas values are recognised without importing either.
"""

import hashlib
import json

MAX_CHARACTERS = 16 * 1024
MAX_DEPTH = 60


def canonical(value):
    """The canonical text of `value`; a text over MAX_CHARACTERS is replaced by its SHA-256. Never raises."""
    try:
        text = json.dumps(_form(value, MAX_DEPTH), separators=(",", ":"), sort_keys=True)
    except Exception as error:  # a value may do anything when it is looked at
        text = json.dumps({"unreadable": type(error).__name__, "type": _type_name(value)})
    if len(text) > MAX_CHARACTERS:
        digest = hashlib.sha256(text.encode("ascii")).hexdigest()
        text = json.dumps({"sha256": digest, "characters": len(text)}, separators=(",", ":"))
    return text


def _form(value, depth):
    if depth == 0:
        return {"deeper": _type_name(value)}
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is str:
        return value
    if kind is int:
        return {"int": str(value) if value.bit_length() < 10_000 else hex(value)}
    if kind is float:
        return {"float": repr(value)}
    if kind is complex:
        return {"complex": [repr(value.real), repr(value.imag)]}
    if kind in (bytes, bytearray):
        return {kind.__name__: value.hex()}
    if kind is list:
        return [_form(item, depth - 1) for item in value]
    if kind is tuple:
        return {"tuple": [_form(item, depth - 1) for item in value]}
    if kind in (set, frozenset):
        return {kind.__name__: _sorted([_form(item, depth - 1) for item in value])}
    if kind is range:
        return {"range": [value.start, value.stop, value.step]}
    if isinstance(value, dict):
        return {
            "dict": _sorted([[_form(key, depth - 1), _form(item, depth - 1)] for key, item in value.items()])
        }
    return _library_form(value, depth)


def _library_form(value, depth):
    home = type(value).__module__.partition(".")[0]
    if home == "numpy":
        return _numpy_form(value, depth)
    if home == "pandas":
        return _pandas_form(value, depth)
    if isinstance(value, tuple):
        return {"tuple": [_form(item, depth - 1) for item in value]}
    for base in (str, int, float, list, set, frozenset):
        if isinstance(value, base):
            return _form(base(value), depth - 1)
    return {"repr": repr(value), "type": _type_name(value)}


def _numpy_form(value, depth):
    name = type(value).__name__
    if name in ("ndarray", "matrix", "MaskedArray"):
        return {"array": _form(value.tolist(), depth - 1), "shape": list(value.shape)}
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        item = value.item()
        if type(item).__module__ != type(value).__module__:
            return _form(item, depth - 1)
    return {"repr": repr(value), "type": _type_name(value)}


def _pandas_form(value, depth):
    name = type(value).__name__
    if name == "DataFrame":
        columns = [
            [_form(label, depth - 1), _form(value[label].tolist(), depth - 1)] for label in value.columns
        ]
        return {"frame": columns, "index": _form(value.index.tolist(), depth - 1)}
    if name == "Series":
        return {
            "series": _form(value.tolist(), depth - 1),
            "index": _form(value.index.tolist(), depth - 1),
            "name": _form(value.name, depth - 1),
        }
    if name.endswith("Index"):
        return {"index": _form(value.tolist(), depth - 1)}
    if name in ("Timestamp", "Timedelta", "Period"):
        return {name.lower(): str(value)}
    return {"repr": repr(value), "type": _type_name(value)}


def _sorted(forms):
    return sorted(forms, key=lambda form: json.dumps(form, separators=(",", ":"), sort_keys=True))


def _type_name(value):
    return f"{type(value).__module__}.{type(value).__qualname__}"
