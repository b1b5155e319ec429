import pytest

from tests.evaluation.records import Record
from tests.evaluation.report import by_attempt, report, summary, wilson


def a_record(number, status="passed", oracle="passed", **values):
    given = {
        "arm": "full",
        "seed": 0,
        "task": f"t{number}",
        "category": "api",
        "attempts": 1,
        "cost": 0.5,
        "seconds": 2,
    }
    return Record(status=status, oracle=oracle, **(given | values))


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # R. G. Newcombe (1998), Statistics in Medicine 17, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(successes, trials, low, high):
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


def test_without_trials_anything_is_possible():
    assert wilson(0, 0) == (0.0, 1.0)


def test_an_arm_is_counted():
    records = [
        a_record(1),
        a_record(2, attempts=3),
        a_record(3, oracle="failed"),
        a_record(4, "partial", attempts=5),
        a_record(5, trouble="the engine went away"),
        a_record(6, "failed", None, attempts=0),
    ]
    found = summary(records)
    low, high = wilson(2, 3)
    assert found == {
        "delivered": 3,
        "passed_right": 2,
        "precision": pytest.approx(2 / 3),
        "precision_low": low,
        "precision_high": high,
        "solvable": 6,
        "recall": pytest.approx(2 / 6),
        "mean_attempts": pytest.approx(11 / 5),
        "cost": 3.0,
        "time_seconds": 2.0,
        "partial_but_right": 1,
        "troubled": 1,
    }


def test_nothing_delivered_is_no_precision():
    found = summary([a_record(1, "partial")])
    assert (found["precision"], found["precision_low"], found["recall"]) == (None, 0.0, 0.0)
    assert summary([])["recall"] is None


def test_shares_grow_with_the_attempts():
    records = [a_record(1), a_record(2, attempts=2, oracle="failed"), a_record(3, "partial", attempts=2)]
    rows = by_attempt(records, 2)
    assert [(row["passed"], row["right"]) for row in rows] == [
        (pytest.approx(1 / 3), pytest.approx(1 / 3)),
        (pytest.approx(2 / 3), pytest.approx(1 / 3)),
    ]


def test_a_report_has_the_arms_and_says_which_were_wrong():
    records = [a_record(1), a_record(2, oracle="failed", category="parsing", seed=3)]
    found = report({"full": records}, model="fault")
    assert found["model"] == "fault"
    assert found["arms"]["full"]["delivered"] == 2
    assert {name: one["passed_right"] for name, one in found["by_category"]["full"].items()} == {
        "api": 1,
        "parsing": 0,
    }
    assert {name: one["delivered"] for name, one in found["by_seed"]["full"].items()} == {"0": 1, "3": 1}
    assert found["wrong"] == {"full": ["t2 (seed 3)"]}
