from __future__ import annotations

from jupyter_coding_agent.client.result import MAX_DIFF, result_of


def test_a_result_has_every_signal_that_was_judged():
    output = {
        "test_results": {"passed": True, "results": []},
        "lint_results": {"passed": True, "findings": []},
        "security_results": None,
        "data_results": {"passed": False, "findings": [{"message": "m"}]},
    }
    result = result_of({"execution_id": "x", "status": "passed", "output": output}, [])
    assert list(result["signals"]) == ["tests", "lint", "data"]


def test_a_result_names_the_files_that_the_code_wrote():
    files = [{"artifact_id": "art_1", "name": "a.csv", "size": 3, "has_thumbnail": False}]
    assert result_of({"execution_id": "x", "status": "passed", "outputs": files}, [])["outputs"] == files
    assert result_of({"execution_id": "x", "status": "passed"}, [])["outputs"] == []


def test_what_each_attempt_changed_is_kept_but_for_the_first_which_changed_nothing():
    made = [{"number": 1, "diff": "+a\n"}, {"number": 2, "diff": "-a\n+b\n"}]
    result = result_of({"execution_id": "x", "status": "passed"}, made)
    assert [attempt["diff"] for attempt in result["attempts"]] == ["", "-a\n+b\n"]


def test_a_long_change_is_cut_at_a_line_and_says_so():
    made = [{"number": 2, "diff": "+line\n" * MAX_DIFF}]
    (attempt,) = result_of({"execution_id": "x", "status": "passed"}, made)["attempts"]
    lines = attempt["diff"].split("\n")
    assert set(lines[:-1]) == {"+line"} and lines[-1] == "… and more: %agent diff shows all of it"
    assert len(attempt["diff"]) < MAX_DIFF + 100
