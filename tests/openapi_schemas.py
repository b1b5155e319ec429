"""The schemas of openapi.yaml, made from the models: ``python -m tests.openapi_schemas`` writes them."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from jupyter_coding_agent.artifacts import models as artifacts
from jupyter_coding_agent.chat.models import ChatReply, ChatRequest
from jupyter_coding_agent.config.models import Configuration
from jupyter_coding_agent.executions import models as executions
from jupyter_coding_agent.health import models as health
from jupyter_coding_agent.limits.models import Limits
from jupyter_coding_agent.llm.models import ModelsReport
from jupyter_coding_agent.notebooks.models import NotebookReport, ProveRequest
from jupyter_coding_agent.receipts import models as receipts
from jupyter_coding_agent.repair import models as repair
from jupyter_coding_agent.retention import models as retention
from jupyter_coding_agent.security import models as security
from jupyter_coding_agent.sessions import models as sessions
from jupyter_coding_agent.templates import models as templates
from jupyter_coding_agent.validation.models import ValidationRequest, Verdict
from jupyter_coding_agent.web.openapi import DOCUMENT

REQUESTS: list[type[BaseModel]] = [
    executions.ExecuteRequest,
    executions.RetryRequest,
    templates.GenerateRequest,
    repair.RepairRequest,
    ChatRequest,
    sessions.NewSession,
    sessions.Renaming,
    sessions.NewMessage,
    sessions.Pinning,
    sessions.ImportRequest,
    executions.ReplayRequest,
    ValidationRequest,
    receipts.VerifyRequest,
    ProveRequest,
    retention.CleanupRequest,
    security.ScanRequest,
]
ANSWERS: list[type[BaseModel]] = [
    ChatReply,
    sessions.SessionView,
    sessions.SessionList,
    sessions.SessionDetail,
    sessions.MessageView,
    executions.Accepted,
    executions.ExecutionView,
    executions.ExecutionList,
    executions.AttemptList,
    executions.ContextView,
    executions.DiffView,
    executions.Replayed,
    executions.StatusView,
    artifacts.ArtifactList,
    artifacts.ArtifactView,
    artifacts.Uploaded,
    health.Health,
    health.Stats,
    ModelsReport,
    templates.TemplateList,
    templates.TemplateView,
    templates.Generated,
    repair.RepairReport,
    Verdict,
    receipts.Verification,
    receipts.PublicKeys,
    NotebookReport,
    retention.CleanupReport,
    Limits,
    security.SecurityReport,
    Configuration,
]
ERROR = {
    "type": "object",
    "description": "What every error answers.",
    "required": ["message", "reason"],
    "properties": {
        "message": {"type": "string", "description": "A sentence for people that says what to do."},
        "reason": {"type": "string", "description": "A word for programs."},
        "field": {"type": "string", "description": "What of the request is wrong."},
    },
}
START = "  schemas:\n"


class Exact(GenerateJsonSchema):
    """What answers always have is required of them; no titles that only repeat the properties' names."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def schemas() -> dict[str, Any]:
    """Every schema that an endpoint takes or answers, and what they refer to."""
    requests = [(model, "validation") for model in REQUESTS]
    answers = [(model, "serialization") for model in ANSWERS]
    _, document = models_json_schema(
        [*requests, *answers],  # type: ignore[arg-type]
        ref_template="#/components/schemas/{model}",
        schema_generator=Exact,
    )
    return dict(sorted((document["$defs"] | {"Error": ERROR}).items()))


def main() -> None:
    text = DOCUMENT.read_text()
    head = text[: text.index(START)] if START in text else text
    made = yaml.safe_dump({"schemas": schemas()}, sort_keys=False, allow_unicode=True, width=120)
    DOCUMENT.write_text(head + "".join(f"  {line}" for line in made.splitlines(keepends=True)))


if __name__ == "__main__":
    main()
