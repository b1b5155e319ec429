"""Times and ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from jupyter_coding_agent.core.clock import iso, new_id, now


def test_times_are_utc_to_the_millisecond_and_sort_as_text():
    moment = datetime(2026, 1, 2, 3, 4, 5, 6789, tzinfo=timezone(timedelta(hours=2)))
    assert iso(moment) == "2026-01-02T01:04:05.006Z"
    assert datetime.fromisoformat(iso(moment)).tzinfo == UTC
    assert now().tzinfo == UTC


def test_ids_never_repeat_and_say_what_they_are_of():
    ids = {new_id("exe") for _ in range(1000)}
    assert len(ids) == 1000
    assert all(one.startswith("exe_") and len(one) == 36 for one in ids)
