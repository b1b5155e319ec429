from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jupyter_coding_agent.core.errors import ModelUnavailable, QuotaExceeded
from jupyter_coding_agent.llm.budget import Budget
from jupyter_coding_agent.llm.models import Hop
from jupyter_coding_agent.llm.providers.base import Reply, ServerFailure, UnusableReply
from jupyter_coding_agent.llm.service import ModelService
from jupyter_coding_agent.llm.settings import ModelSettings
from jupyter_coding_agent.llm.store import CallStore
from jupyter_coding_agent.storage.database import Database, Row
from tests.llm.fakes import FakeLibrary, FakeProvider, Rendered, request

KEYS = {"GROQ_API_KEY": "g", "OPENAI_API_KEY": "o"}
PRICES = {"groq/a": [1.0, 2.0], "openai/b": [1.0, 2.0]}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "test.sqlite")
    yield database
    await database.close()


def service(
    database: Database | None,
    provider: FakeProvider,
    *models: str,
    library: FakeLibrary | None = None,
    **more: object,
) -> ModelService:
    settings = ModelSettings(environ={}, llm_provider=list(models), prices=PRICES, **more)
    return ModelService(settings, library or FakeLibrary(), database, environ=KEYS, provider=provider)


async def calls(database: Database) -> list[Row]:
    return await database.fetch_all("SELECT * FROM llm_calls ORDER BY id")


async def test_a_served_call_is_recorded_with_its_hops(database: Database) -> None:
    provider = FakeProvider(
        groq__a=[UnusableReply("empty", billed=0.5)], openai__b=[Reply("yes", 10, 5, 0.25)]
    )
    models = service(database, provider, "groq/a", "openai/b")
    completion = await models.complete(request(execution_id="exe_1", purpose="tests", tier="medium"))
    [row] = await calls(database)
    assert (row["execution_id"], row["user"], row["purpose"], row["tier"]) == (
        "exe_1",
        "ada",
        "tests",
        "medium",
    )
    assert (row["model"], row["outcome"]) == ("openai/b", "served")
    assert (row["input_tokens"], row["output_tokens"], row["cost_usd"]) == (10, 5, 0.75)
    assert [Hop(**hop) for hop in json.loads(row["hops"])] == completion.hops
    assert await models.execution_cost("exe_1") == 0.75
    assert await models.execution_cost("exe_2") == 0


async def test_a_failed_call_is_recorded(database: Database) -> None:
    models = service(database, FakeProvider(groq__a=[UnusableReply("empty", billed=0.5)]), "groq/a")
    with pytest.raises(ModelUnavailable):
        await models.complete(request())
    [row] = await calls(database)
    assert (row["model"], row["outcome"], row["cost_usd"]) == (None, "failed", 0.5)
    assert [hop["reason"] for hop in json.loads(row["hops"])] == ["empty", "No template fits this request."]


async def test_a_cancelled_call_is_recorded(database: Database) -> None:
    provider = FakeProvider(groq__a=[None])
    task = asyncio.create_task(service(database, provider, "groq/a").complete(request()))
    await provider.hanging.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    [row] = await calls(database)
    assert (row["model"], row["outcome"]) == (None, "cancelled")


async def test_a_reply_is_not_lost_when_it_can_t_be_recorded(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "test.sqlite")
    async with database.transaction() as tx:
        await tx.execute("DROP TABLE llm_calls")
    completion = await service(database, FakeProvider(groq__a=["yes"]), "groq/a").complete(request())
    assert completion.text == "yes"
    await database.close()


async def test_without_a_database_it_serves_all_the_same() -> None:
    assert (await service(None, FakeProvider(groq__a=["yes"]), "groq/a").complete(request())).text == "yes"


async def test_at_the_limit_a_paid_model_is_refused_before_the_call(database: Database) -> None:
    provider = FakeProvider(groq__a=[Reply("yes", cost_usd=2.0)])
    models = service(database, provider, "groq/a", cost_limit_monthly=2.0)
    await models.complete(request())
    with pytest.raises(QuotaExceeded, match=r"\$2\.00 this month and the limit is \$2\.00") as caught:
        await models.complete(request())
    assert 0 < caught.value.retry_after <= 31 * 86_400
    assert provider.asked == ["groq/a"]
    assert "limit" in (await models.alert() or "")


async def test_a_limit_of_nothing_refuses_the_first_paid_call(database: Database) -> None:
    with pytest.raises(QuotaExceeded):
        await service(database, FakeProvider(), "groq/a", cost_limit_monthly=0.0).complete(request())


async def test_at_the_limit_what_costs_nothing_still_serves(database: Database) -> None:
    provider = FakeProvider(ollama__q=["yes"])
    free = service(database, provider, "ollama/q", library=FakeLibrary(Rendered()), cost_limit_monthly=0.0)
    assert (await free.complete(request())).text == "yes"
    paid = service(database, provider, "groq/a", library=FakeLibrary(Rendered()), cost_limit_monthly=0.0)
    assert (await paid.complete(request(template_id="mean", template_variables={}))).model == "templates/mean"


async def test_past_the_threshold_the_reply_carries_a_warning(database: Database) -> None:
    provider = FakeProvider(groq__a=[Reply("one", cost_usd=3.0), Reply("two")])
    models = service(database, provider, "groq/a", cost_alert_threshold=2.5)
    assert "threshold" not in (await models.complete(request())).hops[-1].reason
    assert await models.alert() == "Models have cost $3.00 this month, past the alert threshold of $2.50."
    assert "past the alert threshold" in (await models.complete(request())).hops[-1].reason


async def test_the_warning_is_logged_once(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    models = service(database, FakeProvider(groq__a=["one", "two"]), "groq/a", cost_alert_threshold=0.0)
    await models.complete(request())
    await models.complete(request())
    assert caplog.text.count("past the alert threshold") == 1


async def test_a_new_month_starts_at_nothing(database: Database) -> None:
    moment = datetime.now(UTC)
    store = CallStore(database)
    settings = ModelSettings(environ={}, cost_limit_monthly=1.0)
    await store.record(request(), [Hop(model="groq/a", outcome="served", cost_usd=5.0)], None, "failed")
    with pytest.raises(QuotaExceeded) as caught:
        await Budget(settings, store, lambda: moment).check()
    after = datetime.fromtimestamp(moment.timestamp() + caught.value.retry_after, UTC)
    assert after.day == 1
    assert await Budget(settings, store, lambda: after).check() is None


async def test_the_tiers_say_what_could_answer() -> None:
    provider = FakeProvider(groq__a=[ServerFailure("broken")])
    settings = ModelSettings(
        environ={}, simple=["groq/a"], failover=["deepseek/deepseek-v4-flash"], prices=PRICES
    )
    models = ModelService(settings, FakeLibrary(), environ=KEYS, provider=provider)
    tiers = await models.tiers()
    await models.close()
    assert [tier.tier for tier in tiers] == ["simple", "medium", "complex"]
    groq, deepseek, templates = tiers[0].models
    assert (groq.model, groq.available, groq.local, groq.input_cost_per_million) == (
        "groq/a",
        True,
        False,
        1.0,
    )
    assert (deepseek.available, deepseek.reason) == (False, "DEEPSEEK_API_KEY is not set")
    assert (templates.model, templates.available, templates.input_cost_per_million) == ("templates", True, 0)


async def test_an_unknown_price_is_not_made_up() -> None:
    settings = ModelSettings(environ={}, llm_provider=["groq/nobody-knows-me"])
    models = ModelService(settings, FakeLibrary(), environ=KEYS, provider=FakeProvider())
    model = (await models.tiers())[0].models[0]
    assert (model.input_cost_per_million, model.output_cost_per_million) == (None, None)


async def test_templates_only_are_listed_once() -> None:
    tiers = await service(None, FakeProvider(), "templates").tiers()
    assert [[model.model for model in tier.models] for tier in tiers] == [["templates"]] * 3


async def test_what_served_an_execution_is_told_by_tier(database: Database) -> None:
    provider = FakeProvider(groq__a=[Reply("1"), Reply("2"), ServerFailure("down")], openai__b=[Reply("3")])
    models = service(database, provider, "groq/a", "openai/b")
    for tier in ("simple", "complex", "simple"):
        await models.complete(request(execution_id="exe_1", tier=tier))
    assert await models.served("exe_1") == {"simple": ["groq/a", "openai/b"], "complex": ["groq/a"]}
    assert await models.served("exe_2") == {}


async def test_any_template_that_served_is_told_as_templates(database: Database) -> None:
    models = service(database, FakeProvider(), "templates", library=FakeLibrary(Rendered()))
    await models.complete(request(execution_id="exe_1", tier="simple"))
    assert await models.served("exe_1") == {"simple": ["templates"]}


def test_what_is_configured_says_what_is_missing() -> None:
    settings = ModelSettings(environ={}, llm_provider=["groq/a", "openai/b"])
    models = ModelService(settings, FakeLibrary(), environ={"OPENAI_API_KEY": "o"})
    assert [(model.model, model.missing) for model in models.configured("simple")] == [
        ("groq/a", "GROQ_API_KEY is not set"),
        ("openai/b", None),
        ("templates", None),
    ]


@pytest.mark.parametrize(
    ("models", "settings", "welcome"),
    [
        (["ollama/a"], {}, True),
        (["ollama/a", "openai/b"], {}, False),
        (["openai/b"], {}, False),
        (["ollama/a", "anthropic/no-key"], {}, True),
        (["ollama/a:cloud"], {}, False),
        (["ollama/a"], {"ollama_base_url": "http://gpu.lab:11434"}, False),
        (["openai/b"], {"share_samples_with_remote_models": True}, True),
        (["templates"], {"share_samples_with_remote_models": True}, False),
    ],
)
def test_samples_are_welcome_where_every_model_that_may_be_asked_may_see_them(
    models: list[str], settings: dict[str, object], welcome: bool
) -> None:
    assert service(None, FakeProvider(), *models, **settings).samples_welcome() is welcome
