from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import SettingError
from jupyter_coding_agent.runner.models import Limits
from jupyter_coding_agent.runner.settings import RunnerSettings


def test_the_defaults_are_the_models_defaults() -> None:
    assert RunnerSettings(environ={}).limits() == Limits()


def test_the_environment() -> None:
    settings = RunnerSettings(
        environ={"CODING_AGENT_EXECUTION_TIMEOUT_SECONDS": "7", "SSL_CERT_FILE": "/etc/ca.pem"}
    )
    assert settings.limits().timeout_seconds == 7
    assert settings.ca_bundle == "/etc/ca.pem"


@pytest.mark.parametrize(
    ("values", "environ", "name"),
    [
        ({"max_running": 0}, {}, "max_running"),
        ({}, {"CODING_AGENT_EXECUTION_TIMEOUT_SECONDS": "soon"}, "CODING_AGENT_EXECUTION_TIMEOUT_SECONDS"),
    ],
)
def test_a_wrong_value_names_the_setting(values: dict[str, int], environ: dict[str, str], name: str) -> None:
    with pytest.raises(SettingError, match=name):
        RunnerSettings(environ=environ, **values)


def test_every_setting_has_help() -> None:
    traits = RunnerSettings.class_traits(config=True)
    assert len(traits) > 20
    assert [name for name, trait in traits.items() if not trait.help] == []
