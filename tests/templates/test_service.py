"""The library for the other rooms: off the loop, counted, explained."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.core.errors import InvalidInput, NotFound, Unprocessable
from jupyter_coding_agent.storage.database import Database
from jupyter_coding_agent.templates.catalog import TemplateLibrary
from jupyter_coding_agent.templates.models import GenerateRequest, TemplateQuery
from jupyter_coding_agent.templates.service import TemplateService
from jupyter_coding_agent.templates.store import UsageStore
from tests.templates.test_loader import write

LIBRARY = TemplateLibrary()


class Proofs:
    """Queues nothing, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    async def __call__(
        self, user: str, prompt: str, language: str, template_id: str, variables: dict[str, Any]
    ) -> str:
        self.asked.append((user, prompt, language, template_id, variables))
        return "exe_1"


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[TemplateService]:
    database = await Database.open(tmp_path / "test.sqlite3", busy_timeout_ms=50)
    service = TemplateService(LIBRARY, UsageStore(database))
    yield service
    await service.close()
    await database.close()


async def test_the_list_has_pages_filters_and_uses(service: TemplateService) -> None:
    await service.used("rest-api")
    await service.used("rest-api")
    first = await service.page(TemplateQuery(limit=5))
    assert (len(first.templates), first.total, first.page) == (5, len(LIBRARY.list()), 1)
    second = await service.page(TemplateQuery(limit=5, page=2))
    ids = [template.id for template in [*first.templates, *second.templates]]
    assert ids == sorted(set(ids))
    (api,) = (await service.page(TemplateQuery(framework="fastapi", category="api"))).templates
    assert (api.id, api.usage_count, api.origin) == ("rest-api", 2, "built-in")
    assert (await service.page(TemplateQuery(page=1000))).templates == []


async def test_one_is_shown_with_its_variables(service: TemplateService) -> None:
    await service.used("rate-limiter")
    shown = await service.show("rate-limiter")
    calls = shown.variables[0]
    assert (calls.name, calls.type, calls.default) == ("calls", "integer", 5)
    assert (calls.rule.min, calls.rule.max) == (1, 10_000)
    assert (shown.files, shown.tests, shown.usage_count) == (["solution.py"], ["test_solution.py"], 1)
    with pytest.raises(NotFound) as caught:
        await service.show("nope")
    assert caught.value.field == "template_id"


async def test_what_is_generated_is_proved_as_it_is(service: TemplateService) -> None:
    proofs = Proofs()
    made = await service.generate("ada", "rate-limiter", GenerateRequest(variables={"calls": 7}), proofs)
    assert made.code == made.files["solution.py"]
    assert "CALLS = 7" in made.files["solution.py"]
    assert "def test_" in made.tests["test_solution.py"]
    assert (made.variables["calls"], made.variables["period_seconds"]) == (7, 1)
    assert made.execution_id == "exe_1"
    ((user, prompt, language, template_id, variables),) = proofs.asked
    assert (user, language, template_id, variables) == ("ada", "python", "rate-limiter", {"calls": 7})
    assert "7" not in prompt


async def test_a_wrong_value_is_proved_by_nobody(service: TemplateService) -> None:
    proofs = Proofs()
    wrong = GenerateRequest(variables={"calls": "many", "speed": 1, "class_name": "a b"})
    with pytest.raises(InvalidInput) as caught:
        await service.generate("ada", "rate-limiter", wrong, proofs)
    assert caught.value.field == "variables.speed"
    for part in ("no variable 'speed'", "'calls' must be a number", "'class_name' must"):
        assert part in caught.value.message
    assert proofs.asked == []


async def test_requests_that_name_a_template_are_checked(service: TemplateService) -> None:
    await service.check("rate-limiter", None)
    await service.check("rate-limiter", {"calls": 7})
    with pytest.raises(NotFound):
        await service.check("nope", None)
    with pytest.raises(InvalidInput) as caught:
        await service.check("rate-limiter", {"calls": 0})
    assert caught.value.field == "template_variables.calls"


async def test_the_answer_says_where_its_values_come_from(service: TemplateService) -> None:
    found = await service.answer("limit the rate to 7 calls", "python", "rate-limiter")
    assert found.note == (
        "Template “Rate limiter” (rate-limiter); set: calls = 7; "
        "left at the default: period_seconds, class_name."
    )
    given = await service.answer("9 calls", "python", "rate-limiter", {"calls": 7})
    assert given.variables["calls"] == 7


async def test_a_starting_point_takes_the_defaults_where_the_values_can_not_be_used(
    service: TemplateService,
) -> None:
    request = "REST API for books with `title` and `class`"
    with pytest.raises(InvalidInput):
        await service.answer(request, "python", "rest-api")
    assert (await service.starting_point("rest-api", request)).given == []
    near = await service.starting_point("rest-api", "REST API for books with `title`")
    assert near.variables["collection"] == "books"


async def test_a_broken_template_can_t_be_processed(tmp_path: Path) -> None:
    write(tmp_path / "broken", "a: [")
    service = TemplateService(TemplateLibrary(tmp_path))
    with pytest.raises(Unprocessable, match=r"template\.yaml") as caught:
        await service.show("broken")
    assert caught.value.field == "template_id"
    page = await service.page(TemplateQuery(limit=100))
    assert [problem.template for problem in page.problems] == ["broken"]
    assert {template.usage_count for template in page.templates} == {0}
    await service.close()
