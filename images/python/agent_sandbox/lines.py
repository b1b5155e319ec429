"""Line coverage by ``sys.monitoring``: only the job's own code pays, and each of its lines once."""

import sys

_TOOL = 4
_NAME = "coding-agent"


class LineCoverage:
    """Which lines of the given files (absolute paths) were executed."""

    def __init__(self, paths):
        self._lines = {path: set() for path in paths}

    def start(self):
        """Begin to watch every code object whose file is one of ours, when it is first entered."""
        monitoring = sys.monitoring
        monitoring.use_tool_id(_TOOL, _NAME)
        monitoring.register_callback(_TOOL, monitoring.events.PY_START, self._entered)
        monitoring.register_callback(_TOOL, monitoring.events.LINE, self._line)
        monitoring.set_events(_TOOL, monitoring.events.PY_START)

    def stop(self):
        """End, and return path → sorted line numbers."""
        monitoring = sys.monitoring
        monitoring.set_events(_TOOL, 0)
        monitoring.free_tool_id(_TOOL)
        return {path: sorted(lines) for path, lines in self._lines.items()}

    def _entered(self, code, offset):
        if code.co_filename in self._lines:
            sys.monitoring.set_local_events(_TOOL, code, sys.monitoring.events.LINE)
        return sys.monitoring.DISABLE

    def _line(self, code, number):
        lines = self._lines.get(code.co_filename)
        if lines is not None and number:
            lines.add(number)
        return sys.monitoring.DISABLE
