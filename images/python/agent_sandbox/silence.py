"""pytest without its terminal report: no one reads it here, and making it costs time."""

import io

import pytest
from _pytest._io import TerminalWriter


class SilentTerminal:
    """Takes the terminal reporter's place once the session is configured."""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config):
        """Send the real reporter away."""
        manager = config.pluginmanager
        reporter = manager.get_plugin("terminalreporter")
        if reporter is not None:
            manager.unregister(reporter)
            manager.register(_Reporter(), "terminalreporter")


class _Reporter:
    def __init__(self):
        # Assertion introspection borrows the reporter's highlighter.
        self._tw = TerminalWriter(io.StringIO())
