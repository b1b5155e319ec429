"""Executions that other rooms ask for on a user's behalf."""

from __future__ import annotations

from typing import Any

from .models import ExecuteRequest
from .service import ExecutionService


class TemplateProof:
    """Queues what proves a template with given values, without a model."""

    def __init__(self, executions: ExecutionService) -> None:
        self._executions = executions

    async def __call__(
        self, user: str, prompt: str, language: str, template_id: str, variables: dict[str, Any]
    ) -> str:
        """The execution's id. Raises as `ExecutionService.accept` does."""
        request = ExecuteRequest(
            prompt=prompt, language=language, template_id=template_id, template_variables=variables
        )
        return (await self._executions.accept(user, request)).execution_id
