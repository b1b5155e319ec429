"""The moment when the job's code is done: its outermost function returns, or its cell ends."""

from .left import Left


class Leaving:
    """Tells its listeners what the code leaves. Only code that somebody waits for is watched."""

    def __init__(self, sources, returns):
        self.tables = None
        self.listeners = []
        self._sources = sources
        self._returns = returns
        self._cell = None

    def expect(self, frame):
        """Tell the listeners once the code that this frame of the job belongs to is done."""
        code = self._sources.outermost(frame).f_code
        if not self._is_cell(code):
            self._returns.watch(code, self._returned)

    def cell_begins(self, path):
        """From now on the code at this path (None: none) is a cell: done when it ends, not part by part."""
        self._cell = path

    def cell_ends(self, namespace, displayed):
        """The cell ended well."""
        self._cell = None
        kept = [value for name, value in namespace.items() if not name.startswith("_")]
        self._tell(Left(displayed, kept, [], self.tables, self._sources))

    def _is_cell(self, code):
        return code.co_name == "<module>" and code.co_filename == self._cell

    def _returned(self, frame, value):
        if self._sources.outermost(frame) is not frame or self._is_cell(frame.f_code):
            return
        self._returns.forget(frame.f_code)
        if frame.f_code.co_name == "<module>":
            kept = [item for name, item in frame.f_globals.items() if not name.startswith("_")]
            given = []
        else:
            names = _arguments(frame)
            given = [frame.f_locals[name] for name in names]
            # What is changed in place by a function that answers nothing is what it leaves.
            kept = given if value is None else given[:1] if names[:1] == ["self"] else []
        self._tell(Left(value, kept, given, self.tables, self._sources))

    def _tell(self, left):
        for listener in self.listeners:
            listener(left)


def _arguments(frame):
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount
    return [name for name in code.co_varnames[:count] if name in frame.f_locals]
