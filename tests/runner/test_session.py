from __future__ import annotations

from jupyter_coding_agent.runner import session
from jupyter_coding_agent.runner.backends.protocol import Container
from jupyter_coding_agent.runner.models import Isolation, Limits, TestJob
from tests.runner.fakes import PASSES, FakeBackend, FakeChannel, spec

ISOLATION = Isolation(backend="fake", image="i", image_digest="d", network="none", user="1000")


async def test_the_host_keeps_the_deadline_when_the_harness_does_not() -> None:
    def reports_and_hangs(channel: FakeChannel, _frame: object) -> None:
        channel.say(*PASSES[:2])

    backend = FakeBackend()
    container = Container("c", spec(), FakeChannel(reports_and_hangs, None))
    found = await session.run(
        container,
        TestJob(files={}, tests={}, collect=[]),
        Limits(timeout_seconds=0.01),
        ISOLATION,
        backend.ending,
        grace_seconds=0.01,
    )
    assert found.exit.reason == "timeout"
    assert [report.outcome for report in found.reports] == ["passed"]
    assert found.duration_ms >= 20
