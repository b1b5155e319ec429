"""The job's own files: which frames belong to them, and how a call in them is written."""

import ast

from .. import notebook
from ..workspace import ROOT

_DEEPEST = 2000


class Sources:
    """Looks at frames; `paths` are absolute."""

    def __init__(self, paths):
        self._paths = frozenset(paths)
        self._calls = {}

    def own(self, path):
        """Is it a file of the job?"""
        return path in self._paths

    def caller(self, frame):
        """The frame that called this one, if it is the job's; else None."""
        back = frame.f_back
        return back if back is not None and back.f_code.co_filename in self._paths else None

    def nearest(self, frame):
        """The job's frame that is nearest up the stack, this one included; else None."""
        for _ in range(_DEEPEST):
            if frame is None or frame.f_code.co_filename in self._paths:
                return frame
            frame = frame.f_back
        return None

    def outermost(self, frame):
        """The job's frame that is farthest up the stack from this one, which is the job's."""
        found = frame
        for _ in range(_DEEPEST):
            frame = frame.f_back
            if frame is None:
                break
            if frame.f_code.co_filename in self._paths:
                found = frame
        return found

    def place(self, frame):
        """Relative path and line of a frame of the job."""
        return frame.f_code.co_filename[len(ROOT) + 1 :], frame.f_lineno

    def keywords(self, frame):
        """The names of the keywords that the call which `frame` is in is written with; None if unknown."""
        _, end_line, _, end_column = list(frame.f_code.co_positions())[frame.f_lasti // 2]
        call = self._calls_of(frame.f_code.co_filename).get((end_line, end_column))
        if call is None or any(keyword.arg is None for keyword in call.keywords):
            return None
        return {keyword.arg for keyword in call.keywords}

    def _calls_of(self, path):
        """Where each call of a file ends → its node. The start of a method call in a chain is not kept."""
        if path not in self._calls:
            with open(path, "rb") as file:
                tree = ast.parse(notebook.to_python(file.read()))
            self._calls[path] = {
                (node.end_lineno, node.end_col_offset): node
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
            }
        return self._calls[path]
