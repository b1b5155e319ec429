from typing import get_args

import pytest

from jupyter_coding_agent.agents.classify import KINDS, kind_of, missing_distribution, why
from jupyter_coding_agent.validation.failures import of_message
from jupyter_coding_agent.validation.languages import LANGUAGES
from jupyter_coding_agent.validation.models import ErrorClass, Signals, Verdict
from tests.agents.fakes import FAIL, HALF, PASS, a_verdict, result


def test_every_class_has_a_kind():
    assert set(KINDS) == set(get_args(ErrorClass))


def test_only_these_cost_no_attempt():
    assert {name for name, kind in KINDS.items() if kind.fault != "model"} == {
        "infrastructure",
        "missing_package",
        "notebook",
        "package_not_allowed",
    }


@pytest.mark.parametrize("unknown", [None, "something new"])
def test_an_unknown_class_is_the_model_s_to_repair(unknown):
    assert kind_of(unknown).fault == "model"


def test_why_names_the_failing_test():
    assert why(PASS) is None
    assert why(FAIL) == "test_small: AssertionError: assert -1 == 5 (1 more fail)"
    assert why(HALF) == "test_negative: AssertionError: assert 1 == 0"


def test_why_takes_the_best_sentence_there_is():
    assert why(a_verdict(error_class="lint", explanation="Two findings.")) == "Two findings."
    assert (
        why(a_verdict(error_class="early_exit", reason="Exit 0 before the end.")) == "Exit 0 before the end."
    )
    assert why(Verdict(status="error", signals=Signals(), error_class="timeout")) == KINDS["timeout"].meaning
    results = [result("soft", "failed"), result("example", "failed", kind="hard")]
    assert why(a_verdict(results, error_class="assertion")) == "example: failed (1 more fail)"
    nameless = a_verdict([result("test_x", "failed")], error_class="exception")
    assert why(nameless) == "test_x: failed"


def test_the_missing_package_is_the_one_that_validation_names():
    message = "ModuleNotFoundError: No module named 'yaml.nodes'"
    sentence = of_message(message, LANGUAGES["python"], ()).sentence
    by_explanation = a_verdict(error_class="missing_package", explanation=sentence)
    by_reason = a_verdict(
        error_class="missing_package", reason=f"test_x.py could not be collected: {sentence}"
    )
    assert missing_distribution(by_explanation) == missing_distribution(by_reason) == "PyYAML"


def test_other_failures_miss_no_package():
    assert missing_distribution(a_verdict(error_class="missing_package")) is None
    assert missing_distribution(a_verdict(error_class="import", reason="name the package 'x'")) is None
    no_tests = Verdict(status="failed", signals=Signals(), error_class="missing_package")
    assert missing_distribution(no_tests) is None
