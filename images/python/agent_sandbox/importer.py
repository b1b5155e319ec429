"""Importing a notebook cell as a module: its magics are transformed first."""

import importlib.machinery
import sys

from . import magics, notebook, sources


class NotebookFinder(importlib.machinery.PathFinder):
    """Loads the given files (absolute paths) as notebook cells; whatever else is left to Python."""

    def __init__(self, paths):
        self._paths = frozenset(path for path in paths if path.endswith(".py"))

    def install(self):
        """Put it before Python's own finder."""
        sys.meta_path.insert(0, self)

    def find_spec(self, fullname, path=None, target=None):
        """The spec of one of our files, or None."""
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin not in self._paths:
            return None
        spec.loader = _NotebookLoader(fullname, spec.origin)
        return spec


class _NotebookLoader(importlib.machinery.SourceFileLoader):
    def get_data(self, path):
        return sources.read(path)

    def source_to_code(self, data, path, *, _optimize=-1):
        source = notebook.to_python(data)
        if source is not data:
            magics.install()
        return super().source_to_code(source, path)
