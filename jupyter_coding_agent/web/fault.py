"""What is served where there should be an engine and can't be one."""

from __future__ import annotations

from collections.abc import Callable

from tornado.web import Application

from ..core.activity import Activity
from ..core.errors import AgentError
from .handlers import RoomHandler, application


class FaultHandler(RoomHandler):
    """Answers everything with the same error."""

    def initialize(self, fault: AgentError, told: Callable[[], None]) -> None:
        """`told` is called after each answer."""
        self._fault = fault
        self._told = told

    def prepare(self) -> None:
        """Say why."""
        raise self._fault

    def on_finish(self) -> None:
        """Someone knows now."""
        super().on_finish()
        self._told()


def fault_application(fault: AgentError, activity: Activity, told: Callable[[], None]) -> Application:
    """Every path answers `fault`."""
    return application([], activity, FaultHandler, fault=fault, told=told)
