"""Templates for the other rooms and for REST: listed, shown, rendered, their use counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol, TypeVar

from ..core.errors import InvalidInput, SettingError, Unprocessable
from .catalog import TemplateLibrary
from .models import (
    Generated,
    GenerateRequest,
    RenderedTemplate,
    TemplateList,
    TemplateQuery,
    TemplateView,
    VariableView,
)
from .store import UsageStore

T = TypeVar("T")
_THREADS = 2


class Prove(Protocol):
    """Queues an execution that proves a rendered template without a model."""

    async def __call__(
        self, user: str, prompt: str, language: str, template_id: str, variables: dict[str, Any]
    ) -> str:
        """The execution's id. Raises QuotaExceeded."""


class TemplateService:
    """The library, off the event loop. Without a store nothing is counted."""

    def __init__(self, library: TemplateLibrary, store: UsageStore | None = None) -> None:
        self._library = library
        self._store = store
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="templates")

    async def close(self) -> None:
        """Begin nothing more; what renders ends by its timeout."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def page(self, query: TemplateQuery) -> TemplateList:
        """A page of the list, by id, with what is wrong in the user's own folder."""
        listed = await self._run(self._library.list, query.category, query.language, query.framework)
        counts = await self._store.counts() if self._store else {}
        start = (query.page - 1) * query.limit
        page = [
            summary.model_copy(update={"usage_count": counts.get(summary.id, 0)})
            for summary in listed[start : start + query.limit]
        ]
        problems = await self._run(lambda: self._library.problems)
        return TemplateList(templates=page, total=len(listed), page=query.page, problems=problems)

    async def show(self, template_id: str) -> TemplateView:
        """One template with its variables. Raises NotFound, or Unprocessable where it is broken."""
        template = await self._run(self._library.get, template_id)
        counts = await self._store.counts() if self._store else {}
        variables = [
            VariableView(**variable.model_dump(include=set(VariableView.model_fields)))
            for variable in template.manifest.variables
        ]
        manifest = template.manifest.model_dump(exclude={"match", "files", "tests", "variables"})
        return TemplateView(
            id=template.id,
            origin=template.origin,
            usage_count=counts.get(template.id, 0),
            files=sorted(template.files),
            tests=sorted(template.tests),
            variables=variables,
            **manifest,
        )

    async def generate(
        self, user: str, template_id: str, request: GenerateRequest, prove: Prove
    ) -> Generated:
        """Render it, and queue the execution that proves what was rendered.

        Raises:
            NotFound: there is no such template.
            InvalidInput: naming the variable (``variables.NAME``) whose value can't be used.
            Unprocessable: the template is broken, or takes longer or gives more than it may.
            QuotaExceeded: over the daily limit.
        """
        template = await self._run(self._library.get, template_id)
        try:
            rendered = await self._run(self._library.render, template, request.variables)
        except InvalidInput as error:
            raise InvalidInput(error.message, field=f"variables.{error.field}") from error
        # No value of a variable: what stands in a prompt may be taken for an example of the user's.
        prompt = f"Generate from the template {template.id}."
        execution_id = await prove(
            user, prompt, template.manifest.language, template.id, dict(request.variables)
        )
        return Generated(
            template_id=template.id,
            code=rendered.code,
            files=rendered.files,
            tests=rendered.tests,
            requirements=rendered.requirements,
            variables=rendered.variables,
            execution_id=execution_id,
        )

    async def check(self, template_id: str, variables: Mapping[str, Any] | None) -> None:
        """Raises NotFound or Unprocessable naming template_id, InvalidInput naming the variable."""
        template = await self._run(self._library.get, template_id)
        if variables is None:
            return
        try:
            await self._run(self._library.render, template, variables)
        except InvalidInput as error:
            raise InvalidInput(error.message, field=f"template_variables.{error.field}") from error

    async def used(self, template_id: str) -> None:
        """Count one use."""
        if self._store:
            await self._store.used(template_id)

    async def answer(
        self,
        prompt: str,
        language: str,
        template_id: str | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> RenderedTemplate:
        """As `TemplateLibrary.answer`."""
        return await self._run(self._library.answer, prompt, language, template_id, variables)

    async def starting_point(self, template_id: str, prompt: str) -> RenderedTemplate:
        """The template as near to a request as can be; values that can't be used give way to the defaults."""
        template = await self._run(self._library.get, template_id)
        return await self._run(self._library.nearest, template, prompt)

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, partial(work, *arguments))
        except SettingError as error:
            # A template of the user's own: for a request it is nothing that the server's settings could mend.
            raise Unprocessable(error.message, field="template_id") from error
