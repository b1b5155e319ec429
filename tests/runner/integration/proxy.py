"""A unix socket in front of the engine's own that can be cut: a stopped engine, for one runner only."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

ENGINE_SOCKET = "/var/run/docker.sock"


class Proxy:
    """Forwards until it is cut; may be mended."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"unix://{self.path}"

    async def mend(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self.path)

    async def cut(self) -> None:
        """Refuse new connections and drop those that stand, as a dying engine does."""
        if self._server is not None:
            self._server.close()
            self.path.unlink()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_unix_connection(ENGINE_SOCKET)
        both = {writer, behind_writer}
        self._writers |= both
        try:
            done = [
                asyncio.ensure_future(_pump(reader, behind_writer)),
                asyncio.ensure_future(_pump(behind_reader, writer)),
            ]
            await asyncio.wait(done, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.cancel()
        finally:
            for end in both:
                end.transport.abort()
            self._writers -= both


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
