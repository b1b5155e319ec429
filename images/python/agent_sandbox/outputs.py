"""What the code gave out while its tests ran, as one digest: two runs with the same digest look the same."""

import hashlib
import sys
import types

from .canonical import canonical
from .workspace import ROOT

MAX_VALUES = 300
MAX_ITEMS = 20_000
MAX_DEPTH = 20

_LEAVES = (type(None), bool, int, float, complex, str, bytes, bytearray, range)
_NAMED = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType)
_RUNNING = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)
# Their repr says everything.
_TELLING_MODULES = frozenset(("datetime", "decimal", "fractions", "pathlib", "uuid", "zoneinfo"))
_PANDAS = frozenset(("DataFrame", "Series", "Timestamp", "Timedelta", "Period", "NaTType", "NAType"))


class Opaque(Exception):
    """The value can't be compared: nothing may be concluded from this run."""


class Outputs:
    """Gathers values; says "" as digest where one of them could not be compared."""

    def __init__(self):
        self._hash = hashlib.sha256()
        self._room = MAX_VALUES
        self._blind = False

    def add(self, what, *values):
        """Take the values that `what` gave out; returns False where no more are taken."""
        if self._blind or self._room == 0:
            return False
        self._room -= 1
        try:
            text = canonical(_Opener().opened(values, MAX_DEPTH))
        except Exception:  # a value may do anything when it is looked at
            self.blind()
            return False
        self._hash.update(f"{what}\0{text}\0".encode("utf-8", "surrogatepass"))
        return True

    def blind(self):
        """Something was given out that can't be compared."""
        self._blind = True

    def make_room(self):
        """Take as many values again."""
        self._room = MAX_VALUES

    @property
    def digest(self):
        """64 hexadecimal digits, or ""."""
        return "" if self._blind else self._hash.hexdigest()


class _Opener:
    """Makes of a value what `canonical` sees through: instances of the job's own classes are opened."""

    def __init__(self):
        self._left = MAX_ITEMS

    def opened(self, value, depth):
        self._left -= 1
        if depth == 0 or self._left < 0:
            raise Opaque
        if type(value) in _LEAVES:
            return value
        if isinstance(value, dict):
            items = [(self.opened(k, depth - 1), self.opened(v, depth - 1)) for k, v in value.items()]
            return ("dict", _name(type(value)), items)
        if isinstance(value, (set, frozenset)):
            # Equal members have equal text, whatever order they stand in.
            return ("set", _name(type(value)), sorted(canonical(self.opened(v, depth - 1)) for v in value))
        if isinstance(value, (list, tuple)):
            return ("list", _name(type(value)), [self.opened(item, depth - 1) for item in value])
        if isinstance(value, BaseException):
            return ("error", _name(type(value)), str(value))
        if isinstance(value, _NAMED):
            return ("named", getattr(value, "__qualname__", getattr(value, "__name__", "")))
        if isinstance(value, _RUNNING):
            # What it yields is seen when it does.
            return ("running", value.__qualname__)
        return self._instance(value, depth)

    def _instance(self, value, depth):
        home = type(value).__module__
        if home in _TELLING_MODULES or home == "pathlib._local":
            return ("value", _name(type(value)), repr(value))
        if home.startswith("numpy") or home.startswith("pandas"):
            return self._array(value)
        if _is_own(home):
            return ("instance", _name(type(value)), self.opened(_attributes(value), depth - 1))
        raise Opaque

    def _array(self, value):
        name = type(value).__name__
        if not (name in _PANDAS or name.endswith("Index") or hasattr(value, "dtype")):
            raise Opaque
        self._left -= int(getattr(value, "size", 1))
        if self._left < 0:
            raise Opaque
        return value


def _is_own(module):
    """Is it a module of the job: the cell, one of its files or of its tests?"""
    if module == "__main__":
        return True
    return str(getattr(sys.modules.get(module), "__file__", "")).startswith(ROOT + "/")


def _attributes(value):
    names = [name for kind in type(value).__mro__ for name in _slots(kind)]
    found = {name: getattr(value, name) for name in names if hasattr(value, name)}
    return {**found, **getattr(value, "__dict__", {})}


def _slots(kind):
    slots = kind.__dict__.get("__slots__", ())
    return [name for name in ((slots,) if isinstance(slots, str) else slots) if not name.startswith("__")]


def _name(kind):
    return f"{kind.__module__}.{kind.__qualname__}"
