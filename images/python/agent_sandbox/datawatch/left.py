"""What the job's code leaves when it is done: the value it returns, the names of a cell, changed arguments."""

import sys
import types

_DEPTH = 4
_MOST = 500
_NOT_DATA = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)


class Left:
    """`value` was returned or displayed, `kept` are the other objects that stay, in the order they were made.

    `given` are the arguments: what is missing there was missing before. `tables` is None without pandas.
    """

    def __init__(self, value, kept, given, tables, sources):
        self._tables = tables
        self._sources = sources
        self._value = list(self._flat(value))
        self._kept = [item for each in kept for item in self._flat(each)]
        self._given = [item for each in given for item in self._flat(each)]

    def objects(self):
        """Every object that stays, out of its containers."""
        return [*self._kept, *self._value]

    def is_missing(self, labels):
        """Are values of one of these columns still missing? The last table that has a column decides.

        Where none of the columns is left under its name, any missing value that is new decides.
        """
        columns = self._columns(self.objects())
        found = [columns[label] for label in labels if label in columns]
        if found:
            return any(map(self._tables.missing_in, found))
        before = {
            label for item in self._given if self._is_table(item) for label in self._tables.missing(item)
        }
        return any(self._new_missing(item, before) for item in self._value)

    def is_object(self, labels):
        """Is one of these columns still an object column?"""
        columns = self._columns(self.objects())
        return any(label in columns and self._tables.is_object(columns[label]) for label in labels)

    def _columns(self, objects):
        return {
            label: array
            for item in objects
            if self._is_table(item)
            for label, array in self._tables.columns(item)
        }

    def _new_missing(self, item, before):
        if self._is_table(item):
            return bool(self._tables.missing(item).keys() - before)
        if self._tables.is_array(item):
            return self._tables.missing_in(item) > 0
        return self._tables.is_missing(item)

    def _is_table(self, item):
        return self._tables is not None and self._tables.is_table(item)

    def _flat(self, value):
        """The objects in lists, dicts and attributes of the job's own classes, in order."""
        waiting, seen = [(value, 0)], 0
        while waiting and seen < _MOST:
            item, depth = waiting.pop()
            seen += 1
            inside = self._inside(item) if depth < _DEPTH else None
            if inside is None:
                yield item
            else:
                waiting += [(each, depth + 1) for each in reversed(inside[:_MOST])]

    def _inside(self, item):
        kind = type(item)
        if kind in (list, tuple, set, frozenset) or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
            return list(item)
        if kind is dict:
            return list(item.values())
        if isinstance(item, _NOT_DATA):
            return None
        module = sys.modules.get(kind.__module__)
        if self._sources.own(getattr(module, "__file__", None)):
            return list(object.__getattribute__(item, "__dict__").values())
        return None
