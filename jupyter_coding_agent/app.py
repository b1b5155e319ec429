"""The Jupyter server extension: one gate to the engine of the data directory, which this server may host."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from tornado.iostream import IOStream
from traitlets import Bool, TraitError, Unicode

from . import settings
from .core.errors import AgentError, EngineUnavailable, SettingError
from .core.paths import data_dir
from .host import Host
from .web.gate import GateHandler
from .web.headers import PREFIX
from .web.upload import UploadGateHandler

STOP_SECONDS = 30.0


class CodingAgentApp(ExtensionApp):
    """A coding agent whose code has been proved to run.

    Whatever is wrong with its settings or its data directory disables it with a sentence in the log and at
    its endpoints. It never takes the server down.
    """

    name = "coding_agent"
    extension_url = f"/{PREFIX}/health"
    load_other_extensions = True
    classes = [*settings.ALL]  # noqa: RUF012 - traitlets declares it so

    enabled = Bool(True, help="Whether this server offers the coding agent.").tag(config=True)
    data_dir = Unicode(
        "", help="Where everything is kept. Empty: CODING_AGENT_DATA_DIR, else in Jupyter's data directory."
    ).tag(config=True)

    _host: Host | None = None
    _fault: AgentError | None = None

    def _link_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        try:
            super()._link_jupyter_server_extension(serverapp)
        except (TraitError, SystemExit) as error:
            # traitlets ends the whole process where a configuration file has a wrong value.
            self._disable(SettingError(f"CodingAgentApp: {error.__context__ or error}"))
            self._linked = True

    def initialize_settings(self) -> None:
        """Find wrong settings before anything is started."""
        if not self.enabled:
            self._disable(SettingError("CodingAgentApp.enabled says so."))
        if self._fault is not None:
            return
        try:
            settings.check(self.config)
        except SettingError as error:
            self._disable(error)
        else:
            self._host = Host(data_dir(self.data_dir), self.config)

    def initialize_handlers(self) -> None:
        """The gate: every room's handlers are behind it, on the owner's private socket."""
        self.handlers.append((rf"{PREFIX}/(artifacts/upload)", UploadGateHandler, {"connect": self._connect}))
        self.handlers.append((rf"{PREFIX}(?:/(.*))?", GateHandler, {"connect": self._connect}))

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        if self._host is None:
            return
        try:
            if not self._host.claim():
                self._host.stand_by()
        except AgentError as error:
            self._disable(error)

    async def stop_extension(self) -> None:
        """Let go of the data directory: another server may go on."""
        if self._host is None:
            return
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._host.close()
        except Exception:
            # Jupyter would never end if this came through; the next owner cleans up what is left.
            self.log.exception("The coding agent could not end properly")

    def current_activity(self) -> Any:
        """Keeps a server that culls itself alive while an execution runs."""
        return self._host is not None and not self._host.activity.idle

    async def _connect(self) -> IOStream:
        if self._fault is not None:
            raise EngineUnavailable(f"The coding agent is switched off: {self._fault.message}")
        assert self._host is not None
        return await self._host.connect()

    def _disable(self, fault: AgentError) -> None:
        self._fault = fault
        self.log.error("The coding agent is switched off: %s", fault.message)
