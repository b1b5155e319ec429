"""The template endpoints."""

from __future__ import annotations

from typing import ClassVar

from ..web.handlers import RoomHandler, Route
from .models import GenerateRequest, TemplateQuery
from .service import Prove, TemplateService


class _Handler(RoomHandler):
    def initialize(self, service: TemplateService, prove: Prove) -> None:
        self.service = service
        self.prove = prove


class TemplatesHandler(_Handler):
    """GET /templates."""

    async def get(self) -> None:
        """A page of the library."""
        self.reply(await self.service.page(self.query(TemplateQuery)))


class TemplateHandler(_Handler):
    """GET /templates/{id}."""

    async def get(self, template_id: str) -> None:
        """One template with its variables."""
        self.reply(await self.service.show(template_id))


class GenerateHandler(_Handler):
    """POST /templates/{id}/generate."""

    body_limit: ClassVar[int] = 1024 * 1024

    async def post(self, template_id: str) -> None:
        """Render it, and have it proved."""
        request = self.body(GenerateRequest)
        self.reply(await self.service.generate(self.user, template_id, request, self.prove))


def routes(service: TemplateService, prove: Prove) -> list[Route]:
    """The room's endpoints."""
    wired = {"service": service, "prove": prove}
    one = r"/templates/([^/]+)"
    return [
        (r"/templates", TemplatesHandler, wired),
        (one, TemplateHandler, wired),
        (one + r"/generate", GenerateHandler, wired),
    ]
