from __future__ import annotations

from jupyter_coding_agent.client.result import result_of


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
