"""Seeing chosen functions return, by ``sys.monitoring``: they stay what they are, and the others pay nothing."""

import sys

_TOOL = 5
_NAME = "coding-agent-data"


class Returns:
    """Calls a handler with the frame and the value of each return of a watched function.

    Events are off while a handler runs, and what a handler raises is swallowed: the code never notices.
    """

    def __init__(self):
        self._handlers = {}
        self._awaited = {}

    def start(self):
        """Begin."""
        monitoring = sys.monitoring
        monitoring.use_tool_id(_TOOL, _NAME)
        monitoring.register_callback(_TOOL, monitoring.events.PY_RETURN, self._returned)
        monitoring.register_callback(_TOOL, monitoring.events.PY_START, self._entered)

    def stop(self):
        """End; nothing is left to do where the code has removed the watch."""
        self._awaited.clear()
        if sys.monitoring.get_tool(_TOOL) == _NAME:
            sys.monitoring.set_events(_TOOL, 0)
            for code, _ in list(self._handlers.values()):
                self.forget(code)
            sys.monitoring.free_tool_id(_TOOL)

    def watch(self, code, handler):
        """Call ``handler(frame, value)`` each time that this code object returns."""
        self._handlers[id(code)] = (code, handler)
        sys.monitoring.set_local_events(_TOOL, code, sys.monitoring.events.PY_RETURN)

    def forget(self, code):
        """Let a code object be."""
        if self._handlers.pop(id(code), None) is not None:
            sys.monitoring.set_local_events(_TOOL, code, 0)

    def once_imported(self, name, path_end, handler):
        """Call ``handler(module, self)`` at once where the module is there, else as soon as it is imported."""
        if name in sys.modules:
            handler(sys.modules[name], self)
            return
        self._awaited[path_end] = (name, handler)
        sys.monitoring.set_events(_TOOL, sys.monitoring.events.PY_START)

    def _entered(self, code, _offset):
        if code.co_name == "<module>":
            for path_end, (name, handler) in list(self._awaited.items()):
                if code.co_filename.endswith("/" + path_end):
                    self._awaited.pop(path_end)
                    self.watch(code, lambda _frame, _value, n=name, h=handler: h(sys.modules[n], self))
        return sys.monitoring.DISABLE

    def _returned(self, code, _offset, value):
        watched = self._handlers.get(id(code))
        if watched is None:
            return
        try:
            watched[1](sys._getframe(1), value)
        except Exception:
            # A value that can't be looked at is no reason to disturb the code.
            return
