from tests.evaluation.records import Ledger, Record


def a_record(task, **values):
    return Record(
        **({"arm": "full", "seed": 0, "task": task, "category": "api", "status": "passed"} | values)
    )


def test_what_was_finished_is_known_after_a_restart(tmp_path):
    path = tmp_path / "out" / "records.jsonl"
    ledger = Ledger(path)
    ledger.add(a_record("one"))
    ledger.add(a_record("two", seed=1))
    assert Ledger(path).records.keys() == {("full", 0, "one"), ("full", 1, "two")}


def test_what_the_infrastructure_lost_is_made_again(tmp_path):
    path = tmp_path / "records.jsonl"
    ledger = Ledger(path)
    ledger.add(a_record("one", trouble="the engine went away"))
    assert len(ledger.records) == 1
    assert Ledger(path).records == {}


def test_only_what_is_asked_for_is_reported(tmp_path):
    ledger = Ledger(tmp_path / "records.jsonl")
    for record in (a_record("one"), a_record("two"), a_record("one", seed=5), a_record("one", arm="single")):
        ledger.add(record)
    assert ledger.of("full", range(2), ["one"]) == [a_record("one")]


def test_delivered_and_right():
    assert a_record("one", oracle="passed").right
    assert not a_record("one", oracle="failed").right
    assert not a_record("one", oracle="passed", status="partial").right
    assert not a_record("one", oracle="passed", trouble="lost").delivered
