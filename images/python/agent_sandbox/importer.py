"""Importing a notebook cell as a module: its magics are transformed first."""

import importlib.machinery
import sys

from . import magics, notebook, sources


class NotebookFinder(importlib.machinery.PathFinder):
    """Loads the given files (absolute paths) as notebook cells; whatever else is left to Python.

    What `before` brings is there when its cell, one of them, is imported.
    """

    def __init__(self, paths, before=None):
        self._paths = frozenset(path for path in paths if path.endswith(".py"))
        self._before = before

    def install(self):
        """Put it before Python's own finder."""
        sys.meta_path.insert(0, self)

    def find_spec(self, fullname, path=None, target=None):
        """The spec of one of our files, or None."""
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin not in self._paths:
            return None
        own = self._before is not None and self._before.path == spec.origin
        before = self._before if own else None
        spec.loader = _NotebookLoader(fullname, spec.origin, before)
        return spec


class _NotebookLoader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname, path, before):
        super().__init__(fullname, path)
        self._before = before

    def exec_module(self, module):
        if self._before is None:
            super().exec_module(module)
            return
        own = dict(module.__dict__)
        self._before.fill(module.__dict__)
        module.__dict__.update(own)
        try:
            super().exec_module(module)
        except NameError as error:
            if self._before.cause(error) is error:
                raise
            raise self._before.cause(error) from error

    def get_data(self, path):
        return sources.read(path)

    def source_to_code(self, data, path, *, _optimize=-1):
        source = notebook.to_python(data)
        if source is not data:
            magics.install()
        return super().source_to_code(source, path)
