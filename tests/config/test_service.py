"""Settings as they are shown: with where they are from, and without a secret."""

from __future__ import annotations

from traitlets import Unicode
from traitlets.config import Config

from jupyter_coding_agent.config.models import Setting
from jupyter_coding_agent.config.service import HIDDEN, ConfigService
from jupyter_coding_agent.core.settings import Settings
from jupyter_coding_agent.settings import ALL


class Example(Settings):
    """Something that might be set."""

    place = Unicode("here", help="Where it is.").tag(config=True, env="EXAMPLE_PLACE")
    api_key = Unicode("", help="A secret.").tag(config=True, env="EXAMPLE_KEY")
    database = Unicode("", help="An address.").tag(config=True)
    private = Unicode("not a setting")


def shown(config: Config | None = None, **environ: str) -> dict[str, Setting]:
    example = Example(config=config, environ=environ)
    return {one.name: one for one in ConfigService([example], environ).show().settings}


def test_a_default_a_variable_and_a_file_are_told_apart():
    name = "Example.place"
    assert (shown()[name].value, shown()[name].source) == ("here", "default")
    given = shown(CODING_AGENT_EXAMPLE_PLACE="there")[name]
    assert (given.value, given.source, given.default) == ("there", "environment", "here")
    assert given.variable == "CODING_AGENT_EXAMPLE_PLACE"
    config = Config({"Example": {"place": "elsewhere"}})
    given = shown(config, CODING_AGENT_EXAMPLE_PLACE="there")[name]
    assert (given.value, given.source) == ("elsewhere", "configuration")


def test_only_settings_are_shown():
    assert shown().keys() == {"Example.place", "Example.api_key", "Example.database"}


def test_no_secret_is_shown():
    config = Config({"Example": {"database": "postgres://ada:pass@host/db"}})
    found = shown(config, CODING_AGENT_EXAMPLE_KEY="sk-very-secret")
    assert found["Example.api_key"].value == HIDDEN
    assert found["Example.database"].value == "postgres://…@host/db"
    environ = {"GROQ_API_KEY": "gsk-secret"}
    answer = ConfigService([], environ, secrets=["GROQ_API_KEY", "OPENAI_API_KEY"]).show()
    assert answer.secrets == {"GROQ_API_KEY": True, "OPENAI_API_KEY": False}
    assert "gsk-secret" not in answer.model_dump_json()


def test_every_setting_of_every_room_can_be_shown_as_json():
    answer = ConfigService([kind(environ={}) for kind in ALL], {}).show()
    assert "RunnerSettings.memory_mb" in {one.name for one in answer.settings}
    assert all(one.help for one in answer.settings)
    assert answer.model_dump_json()
