"""The engine's side of `worker`: orders, with a limit on time and memory, to a process that knows no secret."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..core.errors import AgentError, InvalidInput, SettingError
from .filling import Filled
from .models import RenderedTemplate, Template
from .orders import Answer, Order, Reading

_FILLED = TypeAdapter(dict[str, Filled])


class Workshop:
    """Reads, fills and renders templates that nobody vouches for. Blocks; safe to use from several threads."""

    def __init__(
        self, timeout_seconds: float = 10.0, memory_mb: int = 1024, max_output: int = 512 * 1024
    ) -> None:
        self._timeout = timeout_seconds
        self._memory = memory_mb
        self._limit = max_output

    def load(self, folder: Path) -> Template:
        """Read a template's folder and render it once. Raises SettingError that says what is wrong with it."""
        template = self._answer(Order(folder=str(folder)), str(folder)).template
        assert template is not None
        return template

    def press(self, template: Template, variables: Mapping[str, Any]) -> RenderedTemplate:
        """As `pressing.press`."""
        order = Order(template=template, variables=dict(variables))
        rendered = self._answer(order, f"The template {template.id!r}").rendered
        assert rendered is not None
        return rendered

    def fill(self, readings: Mapping[str, Reading], request: str) -> dict[str, Filled]:
        """What a request says about the variables of several templates, by id. Raises SettingError."""
        order = Order(readings=dict(readings), request=request)
        return _FILLED.validate_python(self._answer(order, f"The templates {', '.join(readings)}").filled)

    def _answer(self, order: Order, what: str) -> Answer:
        order.limit = self._limit
        try:
            done = subprocess.run(  # noqa: S603  # this package's own module, and no shell
                [sys.executable, "-P", "-m", f"{__package__}.worker", str(self._memory)],
                input=order.model_dump_json().encode(),
                capture_output=True,
                timeout=self._timeout,
                # Nothing of the engine's own environment: keys of models live there.
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"},
            )
        except subprocess.TimeoutExpired:
            raise SettingError(
                f"{what}: it takes longer than {self._timeout:g} s. Look for a loop or an expression that does not "
                "end, or raise TemplateSettings.timeout_seconds."
            ) from None
        try:
            answer = Answer.model_validate_json(done.stdout)
        except ValidationError:
            last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise SettingError(
                f"{what}: it could not be rendered: {last or f'its process ended with {done.returncode}'}."
            ) from None
        if answer.fault is not None:
            raise _error(answer.fault.kind, answer.fault.message, answer.fault.field)
        return answer


def _error(kind: str, message: str, field: str | None) -> AgentError:
    return SettingError(message) if kind == "setting" else InvalidInput(message, field=field)
