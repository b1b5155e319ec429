from __future__ import annotations

import httpx
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from jupyter_coding_agent.llm.handlers import routes
from jupyter_coding_agent.llm.models import ModelsReport
from jupyter_coding_agent.llm.service import ModelService
from jupyter_coding_agent.llm.settings import ModelSettings
from tests.llm.fakes import FakeLibrary


async def test_models_are_reported() -> None:
    settings = ModelSettings(environ={}, llm_provider=["groq/a"])
    service = ModelService(settings, FakeLibrary(), environ={})
    socket, port = bind_unused_port()
    server = HTTPServer(Application(routes(service)))
    server.add_socket(socket)
    async with httpx.AsyncClient() as client:
        response = await client.get(f"http://127.0.0.1:{port}/models")
    server.stop()
    await server.close_all_connections()
    await service.close()
    assert response.status_code == 200
    report = ModelsReport.model_validate(response.json())
    assert [model.model for model in report.tiers[0].models] == ["groq/a", "templates"]
    assert report.tiers[0].models[0].reason == "GROQ_API_KEY is not set"
    assert (report.month_cost_usd, report.alert) == (0, None)
