"""Settings of the executions room."""

from __future__ import annotations

from traitlets import Int

from ..core.settings import Settings


class ExecutionSettings(Settings):
    """How many executions run, how often, and for how long they are tried."""

    concurrency = Int(
        2, min=1, max=32, help="Executions that run at the same time; the others wait in order."
    ).tag(config=True)
    daily_limit = Int(100, min=1, help="Executions that one user may ask for in 24 hours.").tag(
        config=True, env="EXECUTION_DAILY_LIMIT"
    )
    max_attempts = Int(
        5, min=1, max=5, help="Attempts of one execution at most, whatever a request asks for."
    ).tag(config=True, env="EXECUTION_MAX_RETRIES")
