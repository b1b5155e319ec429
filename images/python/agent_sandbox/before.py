"""What a cell finds in its notebook: carried values, and what the cells before it make."""

import asyncio
import builtins
import contextlib
import inspect
import os
import sys

from . import neutral, sources
from .earlier import statements_of


class NotebookCellFailed(Exception):
    """The notebook itself can't be had here. The host knows this class by its name."""


class Before:
    """The notebook of one job for the cell at `path`.

    It has ``before``, sources in order; ``values``, name → neutral form; and ``missing``, names that have neither.
    """

    def __init__(self, job, path):
        self._values = job["values"]
        self._missing = frozenset(job["missing"])
        self._sources = job["before"]
        self.path = path
        self._statements = None
        self._absent = {}

    def fill(self, namespace):
        """Load the values, then run the cells. Raises NotebookCellFailed, and ImportError for a value's library.

        Every call makes all of it anew, so that nothing that one run of the cell alters is met by the next.
        """
        if self._statements is None:
            self._statements = self._chosen()
        namespace.setdefault("__builtins__", builtins)
        self._load(namespace)
        with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
            for statement in self._statements:
                self._run(statement, namespace)
        if any(statement.touches_values for statement in self._statements):
            # They are as they are after these cells, whatever was made again on the way.
            self._load(namespace)
        if "matplotlib.pyplot" in sys.modules:
            # A notebook shows a cell's figures when the cell has ended, and begins the next without any.
            sys.modules["matplotlib.pyplot"].close("all")

    def cause(self, error):
        """What failed before, where a name is missing because of it; else the error itself."""
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

    def _chosen(self):
        try:
            cell = sources.read(self.path)
            return statements_of(self._sources, frozenset(self._values), self._missing, cell)
        except SyntaxError as error:
            raise NotebookCellFailed(f"the notebook's own cells fail here: {error}") from error

    def _run(self, statement, namespace):
        try:
            value = eval(statement.code, namespace)
            if statement.code.co_flags & inspect.CO_COROUTINE:
                asyncio.run(value)
        except (Exception, SystemExit) as error:
            cause = self.cause(error)
            if cause is error and not isinstance(error, ImportError):
                cause = NotebookCellFailed(
                    f"the notebook's own cells fail here: line {statement.line} of cell {statement.cell} "
                    f"before it: {_described(error)}"
                )
                cause.__cause__ = error
            if statement.binds:
                # Whoever needs one of these names is told.
                self._absent.update(dict.fromkeys(statement.binds - self._missing, cause))
            elif not statement.may_fail:
                raise cause from error


def _described(error):
    try:
        text = str(error)
    except Exception:  # an exception may do anything when it is looked at
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
