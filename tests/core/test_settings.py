"""Where a setting's value comes from, and what a wrong one says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from traitlets import Bool, Int
from traitlets.config import Config

import jupyter_coding_agent.core.settings
from jupyter_coding_agent import settings
from jupyter_coding_agent.core.errors import SettingError
from jupyter_coding_agent.core.settings import Settings, variable_name


class Sample(Settings):
    size = Int(3, min=1, help="A size.").tag(config=True, env="SAMPLE_SIZE")
    key = Int(0, help="A provider's own.").tag(config=True, env="=BARE_KEY")
    flag = Bool(False, help="A flag.").tag(config=True, env="SAMPLE_FLAG")


def test_a_value_comes_from_the_configuration_else_the_environment_else_the_default():
    environ = {"CODING_AGENT_SAMPLE_SIZE": "7", "BARE_KEY": "9", "CODING_AGENT_SAMPLE_FLAG": "true"}
    assert Sample(environ={}).size == 3
    assert Sample(environ=environ).size == 7
    assert Sample(environ=environ).key == 9
    assert Sample(environ=environ).flag is True
    assert Sample(Config({"Sample": {"size": 5}}), environ=environ).size == 5
    assert Sample(Config({"Settings": {"size": 5}}), environ=environ).size == 5
    assert Sample(environ=environ, size=4).size == 4


def test_an_empty_variable_is_no_value():
    assert Sample(environ={"CODING_AGENT_SAMPLE_SIZE": ""}).size == 3


@pytest.mark.parametrize(
    ("config", "environ", "named"),
    [
        ({}, {"CODING_AGENT_SAMPLE_SIZE": "many"}, "CODING_AGENT_SAMPLE_SIZE"),
        ({}, {"CODING_AGENT_SAMPLE_SIZE": "0"}, "CODING_AGENT_SAMPLE_SIZE"),
        ({}, {"CODING_AGENT_SAMPLE_FLAG": "perhaps"}, "CODING_AGENT_SAMPLE_FLAG"),
        ({"Sample": {"size": "many"}}, {}, "size"),
        ({"Sample": {"size": 0}}, {}, "size"),
    ],
)
def test_a_wrong_value_is_an_error_that_names_the_setting(config, environ, named: str):
    with pytest.raises(SettingError, match=named) as wrong:
        Sample(Config(config), environ=environ)
    assert "Sample" in wrong.value.message


def test_the_wrong_setting_is_found_among_all_rooms():
    settings.check(Config(), {})
    with pytest.raises(SettingError, match="CODING_AGENT_EXECUTION_DAILY_LIMIT"):
        settings.check(Config(), {"CODING_AGENT_EXECUTION_DAILY_LIMIT": "lots"})
    with pytest.raises(SettingError, match="concurrency"):
        settings.check(Config({"ExecutionSettings": {"concurrency": 0}}), {})


def test_every_setting_says_what_it_does_and_every_room_is_checked():
    package = Path(jupyter_coding_agent.core.settings.__file__).parent.parent
    rooms = {path.parent.name for path in package.glob("*/settings.py")} - {"core"}
    assert {cls.__module__.split(".")[1] for cls in settings.ALL} == rooms
    for cls in settings.ALL:
        for name, trait in cls.class_own_traits(config=True).items():
            assert trait.help, f"{cls.__name__}.{name}"


def test_no_two_settings_share_a_variable_unless_it_means_the_same():
    shared = {"CODING_AGENT_EXECUTION_TIMEOUT_SECONDS"}
    seen: dict[str, str] = {}
    for cls in settings.ALL:
        for name, trait in cls.class_own_traits(env=lambda tag: tag is not None).items():
            variable = variable_name(trait.metadata["env"])
            assert re.fullmatch(r"[A-Z_]+", variable)
            assert variable not in seen or variable in shared, (variable, cls, name)
            seen[variable] = name
