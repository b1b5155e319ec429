"""GET /openapi.yaml: the description of every endpoint."""

from __future__ import annotations

from pathlib import Path

from .handlers import RoomHandler, Route

DOCUMENT = Path(__file__).parent.parent / "openapi.yaml"


class OpenApiHandler(RoomHandler):
    """The document as it is in the package."""

    async def get(self) -> None:
        """Send it."""
        self.set_header("Content-Type", "application/yaml")
        await self.finish(DOCUMENT.read_bytes())


def routes() -> list[Route]:
    """The document's endpoint."""
    return [(r"/openapi\.yaml", OpenApiHandler, {})]
