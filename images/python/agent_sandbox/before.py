"""What a cell finds in its notebook: carried values, and what the cells before it make."""

import asyncio
import builtins
import contextlib
import inspect
import os
import sys

from . import neutral
from .earlier import statements_of


class NotebookCellFailed(Exception):
    """The notebook itself can't be had here. The host knows this class by its name."""


class Before:
    """The notebook of one job: ``before`` sources in order, ``values`` name → neutral form, ``missing`` names."""

    def __init__(self, job):
        self._values = job["values"]
        self._missing = frozenset(job["missing"])
        self._sources = job["before"]
        self._cells = None
        self._absent = {}

    def fill(self, namespace):
        """Load the values, then run the cells. Raises NotebookCellFailed, and ImportError for a value's library.

        Every call makes all of it anew, so that nothing that one run of the cell alters is met by the next.
        """
        if self._cells is None:
            self._cells = [self._statements(*cell) for cell in enumerate(self._sources, 1)]
        namespace.setdefault("__builtins__", builtins)
        self._load(namespace)
        with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
            touched = [self._run(*cell, namespace) for cell in enumerate(self._cells, 1)]
        if any(touched):
            # They are as they are after these cells, whatever was made again on the way.
            self._load(namespace)
        if "matplotlib.pyplot" in sys.modules:
            # A notebook shows a cell's figures when the cell has ended, and begins the next without any.
            sys.modules["matplotlib.pyplot"].close("all")

    def cause(self, error):
        """The import that failed, where a name is missing because of it; else the error itself."""
        return self._absent.get(error.name, error) if isinstance(error, NameError) else error

    def _load(self, namespace):
        for name, text in self._values.items():
            try:
                namespace[name] = neutral.read(text)
            except ImportError:
                raise
            except Exception as error:
                raise NotebookCellFailed(
                    f"the notebook's {name} can't be read here: {_described(error)}"
                ) from error

    def _statements(self, number, source):
        try:
            return statements_of(source, number, frozenset(self._values), self._missing)
        except SyntaxError as error:
            raise NotebookCellFailed(
                f"the notebook's own cells fail here: cell {number} before it is no Python: {error}"
            ) from error

    def _run(self, number, statements, namespace):
        """Returns whether a carried value may have been replaced."""
        for statement in statements:
            try:
                value = eval(statement.code, namespace)
                if statement.code.co_flags & inspect.CO_COROUTINE:
                    asyncio.run(value)
            except (Exception, SystemExit) as error:
                if isinstance(error, ImportError) and statement.imports:
                    self._absent.update(dict.fromkeys(statement.imports, error))
                elif self.cause(error) is not error:
                    raise self.cause(error) from error
                elif not statement.may_fail:
                    raise NotebookCellFailed(
                        f"the notebook's own cells fail here: line {statement.line} of cell {number} before it: "
                        f"{_described(error)}"
                    ) from error
        return any(statement.touches_values for statement in statements)


def _described(error):
    try:
        text = str(error)
    except Exception:  # an exception may do anything when it is looked at
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
