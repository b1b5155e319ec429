"""What goes, decided on rows alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from jupyter_coding_agent.retention.due import Kept, due

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def days(number: float) -> datetime:
    """So many days ago."""
    return NOW - timedelta(days=number)


def going(rows: list[tuple[str, float] | tuple[str, float, bool]], *references, most: int = 50) -> list[str]:
    """Rows: name, age in days, and whether it has ended (yes unless it says)."""
    kept = [Kept(row[0], row[2] if len(row) > 2 else True, days(row[1])) for row in rows]
    return due(kept, references, now=NOW, cutoff=days(7), most=most)


def test_what_is_too_old_goes():
    assert going([("a", 9), ("b", 7.01), ("c", 6.99), ("d", 0)]) == ["a", "b"]


def test_of_many_the_latest_stay():
    rows = [(f"e{number}", 1.0) for number in range(60)]
    assert going(rows) == [f"e{number}" for number in range(10)]
    assert going(rows[:50]) == []


def test_what_has_not_ended_never_goes():
    assert going([("a", 400, False), ("b", 400)]) == ["b"]
    assert going([("a", 1, False), ("b", 1), ("c", 1)], most=1) == ["b"]


def test_what_something_kept_refers_to_stays_with_all_that_it_refers_to():
    rows = [("a", 30), ("b", 20), ("c", 10), ("d", 0)]
    assert going(rows, ("d", "b"), ("b", "a")) == ["c"]
    assert going(rows, ("c", "b"), ("b", "a")) == ["a", "b", "c"]


def test_a_row_of_another_table_keeps_what_it_refers_to():
    assert going([("a", 30), ("b", 20)], (None, "a")) == ["b"]


def test_a_running_one_keeps_what_it_refers_to():
    assert going([("a", 30), ("b", 20, False)], ("b", "a")) == []


def test_references_in_a_circle_keep_nobody():
    assert going([("a", 30), ("b", 20)], ("a", "b"), ("b", "a")) == ["a", "b"]


def test_a_clock_that_was_moved_back_takes_nothing_early():
    # Everything is of the future now.
    assert going([("a", -30), ("b", -1)]) == []
    # Stored with a clock that was years behind, after what was stored with the right one.
    assert going([("a", 3), ("b", 9000), ("c", 1)]) == []
    assert going([("a", 10), ("b", 9000), ("c", 1)]) == ["a", "b"]


def test_a_clock_that_was_ahead_once_keeps_only_what_was_stored_then():
    assert going([("a", 20), ("b", -900), ("c", 10), ("d", 1)]) == ["a", "c"]
