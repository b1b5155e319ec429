from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import Forbidden
from jupyter_coding_agent.policy.service import Policy
from jupyter_coding_agent.policy.settings import PolicySettings


def policy(**rules: object) -> Policy:
    return Policy(PolicySettings(environ={}, **rules))


def test_without_rules_everything_is_allowed():
    free = Policy()
    assert free.model_refused("openai/gpt-4.1") is None
    assert free.import_rule("subprocess") is None
    free.check_output("pr")
    free.check_security(False)


@pytest.mark.parametrize(
    ("rules", "refused", "allowed"),
    [
        ({"blocked_models": ["openai/*"]}, "openai/gpt-4.1", "groq/openai/gpt-oss-120b"),
        ({"blocked_models": ["*gpt*"]}, "groq/openai/GPT-oss", "ollama/qwen"),
        ({"allowed_models": ["ollama/*"]}, "groq/x", "ollama/qwen2.5-coder:7b"),
        ({"allowed_models": ["Ollama/*"]}, "groq/x", "ollama/qwen"),
        ({"allowed_models": ["*"], "blocked_models": ["groq/x"]}, "groq/x", "groq/xy"),
    ],
)
def test_a_model_is_refused_by_pattern_whatever_its_case(rules: dict, refused: str, allowed: str):
    assert "the administrator" in (policy(**rules).model_refused(refused) or "")
    assert policy(**rules).model_refused(allowed) is None


def test_a_rule_blocks_a_module_and_what_is_in_it_and_nothing_that_only_begins_alike():
    rules = policy(blocked_imports=["os", "xml.etree"])
    assert rules.import_rule("os") == "os"
    assert rules.import_rule("os.path") == "os"
    assert rules.import_rule("oslo") is None
    assert rules.import_rule("xml") is None
    assert rules.import_rule("xml.etree.ElementTree") == "xml.etree"


def test_kinds_of_results_and_the_scan_are_refused_by_name():
    rules = policy(allowed_outputs=["snippet"], force_security_scan=True)
    rules.check_output("snippet")
    rules.check_security(True)
    with pytest.raises(Forbidden, match="allowed_outputs") as kind:
        rules.check_output("zip")
    assert kind.value.field == "output_preference"
    with pytest.raises(Forbidden, match="force_security_scan") as scan:
        rules.check_security(False)
    assert scan.value.field == "enable_security_scan"
