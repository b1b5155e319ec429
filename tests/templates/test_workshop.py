"""Users' templates are untrusted: what loops, swells or reaches out is stopped, and the others go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_coding_agent.core.errors import InvalidInput, NotFound, SettingError
from jupyter_coding_agent.templates.catalog import TemplateLibrary
from jupyter_coding_agent.templates.loader import load
from jupyter_coding_agent.templates.models import Template
from jupyter_coding_agent.templates.workshop import Workshop
from tests.templates.test_loader import MANIFEST, write

PATIENT = Workshop(60.0, max_output=2_000)
HASTY = Workshop(1.0)
FOREVER = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}\n"
CATASTROPHE = {**MANIFEST["variables"][0], "fill": ["(?:a|a)*(?:a|aa)+b {value}"]}


def template(path: Path, source: str = "WHOM = {{ whom | literal }}\n") -> Template:
    """Of a sound one, with another source: to read a hostile one here would evaluate its constants."""
    sound = load(write(path / "greet"), origin="user")
    return sound.model_copy(update={"files": {"solution.py": source}})


def test_a_template_of_ones_own_is_found_filled_and_rendered(tmp_path: Path) -> None:
    write(tmp_path / "greet")
    library = TemplateLibrary(tmp_path, PATIENT)
    answer = library.answer("greet `Ada`", "python")
    assert (answer.template_id, answer.files) == ("greet", {"solution.py": 'WHOM = "Ada"\n'})
    assert (answer.given, answer.score) == (["whom"], 1.0)
    (summary,) = [one for one in library.list() if one.origin == "user"]
    assert (summary.id, library.problems) == ("greet", [])


def test_a_template_that_loops_forever_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="it takes longer than 1 s"):
        HASTY.press(template(tmp_path, FOREVER), {})


def test_an_expression_that_never_ends_is_stopped_and_its_template_left_out(tmp_path: Path) -> None:
    write(tmp_path / "greet", {**MANIFEST, "variables": [CATASTROPHE]})
    write(tmp_path / "welcome", {**MANIFEST, "match": {"job": [["welcome"]], "phrases": ["welcome"]}})
    library = TemplateLibrary(tmp_path, Workshop(10.0))
    request = "welcome greet " + "a" * 60
    assert {candidate.template_id for candidate in library.match(request, "python")} >= {"greet", "welcome"}
    assert [problem.template for problem in library.problems] == ["greet"]
    assert {one.id for one in library.list() if one.origin == "user"} == {"welcome"}
    with pytest.raises(SettingError, match="takes longer"):
        library.get("greet")


def test_what_loops_while_it_is_read_is_a_problem_and_the_others_load(tmp_path: Path) -> None:
    write(tmp_path / "forever", source=FOREVER)
    library = TemplateLibrary(tmp_path, HASTY)
    assert [problem.template for problem in library.problems] == ["forever"]
    assert "takes longer than 1 s" in library.problems[0].message
    assert len(library.list()) >= 20


@pytest.mark.parametrize(
    "source",
    ["{% for i in range(9999) %}xxxxxxxxxx{% endfor %}", "{{ ('x' * 10**6) | literal }}"],
)
def test_what_renders_too_much_is_refused(tmp_path: Path, source: str) -> None:
    with pytest.raises(SettingError, match="gives more than 2000 characters"):
        PATIENT.press(template(tmp_path, source), {})


def test_what_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="too much memory"):
        PATIENT.press(template(tmp_path, "{{ ('x' * 10**10) | literal }}"), {})


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() | literal }}",
        "{{ cycler.__init__.__globals__.os.environ | literal }}",
        "{{ whom.format.__func__ | literal }}",
        "{% include '/etc/passwd' %}",
    ],
)
def test_nothing_beyond_the_values_can_be_reached(tmp_path: Path, source: str) -> None:
    with pytest.raises(SettingError, match="can't be rendered"):
        PATIENT.press(template(tmp_path, source), {})


def test_the_process_knows_nothing_of_the_engine_s_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONOPTIMIZE", "not a number")  # with it no Python starts
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))
    assert PATIENT.press(template(tmp_path), {}).files == {"solution.py": 'WHOM = "you"\n'}


def test_a_wrong_value_is_the_user_s_and_names_its_variable(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        PATIENT.press(template(tmp_path), {"whom": 3})
    assert caught.value.field == "whom"


def test_one_that_is_named_and_broken_says_why(tmp_path: Path) -> None:
    write(tmp_path / "broken", "a: [")
    library = TemplateLibrary(tmp_path, PATIENT)
    with pytest.raises(SettingError, match=r"template\.yaml can't be read"):
        library.get("broken")
    with pytest.raises(NotFound):
        library.get("gone")
