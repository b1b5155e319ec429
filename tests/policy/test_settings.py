"""Rules that mean nothing are told apart from rules."""

from __future__ import annotations

import pytest
from traitlets.config import Config

from jupyter_coding_agent import settings
from jupyter_coding_agent.core.errors import SettingError
from jupyter_coding_agent.policy.settings import PolicySettings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("allowed_models", ["ollama/*", ""]),
        ("blocked_models", ["open ai"]),
        ("blocked_models", ["openai"]),
        ("blocked_imports", ["os.path.*"]),
        ("blocked_imports", ["import os"]),
        ("blocked_imports", ["os."]),
        ("allowed_outputs", ["notebook"]),
        ("allowed_outputs", []),
        ("force_security_scan", "perhaps"),
        ("posts_per_minute", -1),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_setting(name: str, value: object):
    with pytest.raises(SettingError, match=name) as wrong:
        settings.check(Config({"PolicySettings": {name: value}}), {})
    assert wrong.value.message.startswith("PolicySettings: ")
    assert "\n" not in wrong.value.message


@pytest.mark.parametrize(
    ("room", "name", "value"),
    [
        ("UserSettings", "default_tier", "gold"),
        ("UserSettings", "tiers", {"ada": "gold"}),
        ("RetentionSettings", "free_days", 0),
        ("RetentionSettings", "executions_per_user", "all"),
    ],
)
def test_so_it_is_for_tiers_and_retention(room: str, name: str, value: object):
    with pytest.raises(SettingError, match=name):
        settings.check(Config({room: {name: value}}), {})


def test_every_rule_has_help_and_allows_everything_by_default():
    rules = PolicySettings(environ={})
    for name, trait in rules.traits(config=True).items():
        assert trait.help, name
    assert (rules.allowed_models, rules.blocked_models, rules.blocked_imports) == ([], [], [])
    assert rules.allowed_outputs == ["snippet", "zip", "pr"]
    assert rules.force_security_scan is False
