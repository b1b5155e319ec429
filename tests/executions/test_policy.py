"""What the administrator does not allow is refused before anything is stored."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import Forbidden
from jupyter_coding_agent.delivery.service import Delivery
from jupyter_coding_agent.executions.models import ListQuery, RetryRequest
from jupyter_coding_agent.policy.service import Policy
from jupyter_coding_agent.policy.settings import PolicySettings
from tests.scripted_loop import USER, events_of, request

from .conftest import Start


def policy(**rules: object) -> Policy:
    return Policy(PolicySettings(environ={}, **rules))


@pytest.mark.parametrize(
    ("rules", "fields"),
    [
        ({"force_security_scan": True}, {"enable_security_scan": False}),
        ({"allowed_outputs": ["snippet"]}, {"output_preference": "zip"}),
        ({"allowed_outputs": ["zip"]}, {}),
    ],
)
async def test_it_is_refused_and_names_the_field_and_the_rule(start: Start, rules: dict, fields: dict):
    service = await start(policy=policy(**rules))
    with pytest.raises(Forbidden, match=f"PolicySettings.{next(iter(rules))}") as refused:
        await service.accept(USER, request(**fields))
    assert refused.value.field in {"enable_security_scan", "output_preference"}
    assert (await service.page(USER, ListQuery())).total == 0


async def test_an_old_request_is_not_retried_against_a_new_rule(start: Start):
    before = await start()
    name = (await before.accept(USER, request(enable_security_scan=False))).execution_id
    await events_of(before, name)
    await before.close()
    after = await start(policy=policy(force_security_scan=True))
    with pytest.raises(Forbidden):
        await after.retry(USER, name, RetryRequest())


async def test_no_archive_where_results_go_into_cells_only(start: Start):
    service = await start()
    name = (await service.accept(USER, request())).execution_id
    await events_of(service, name)
    with pytest.raises(Forbidden, match="allowed_outputs"):
        await Delivery(service, policy(allowed_outputs=["snippet", "pr"])).archive(USER, name)
    assert (await Delivery(service, policy(allowed_outputs=["zip"])).archive(USER, name)).content
