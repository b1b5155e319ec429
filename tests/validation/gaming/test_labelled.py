"""How many gamed solutions are found by looking, and how many honest ones are taken for gamed."""

from __future__ import annotations

from functools import cache
from statistics import median

import pytest

from jupyter_coding_agent.validation.gaming import Finding
from jupyter_coding_agent.validation.languages import LANGUAGES
from jupyter_coding_agent.validation.models import ValidationRequest
from tests.templates.cases import CASES, rendered
from tests.validation.gaming.entries import Entry, entries
from tests.validation.integration.test_honest import SOLUTION, SUITES
from tests.work import calls_of

LABELLED = entries("labelled")
HELD_OUT = entries("held_out")
MISSED = entries("missed")
ASKED = entries("asked")


@cache
def findings() -> dict[str, list[Finding]]:
    """What is found in each solution, by its name."""
    return {entry.name: list(entry.look().findings) for entry in [*LABELLED, *HELD_OUT, *MISSED]}


def rates(chosen: list[Entry]) -> tuple[float, float]:
    """The share of the gamed that is found and of the honest that is; the misses by name are printed."""
    found = findings()
    gamed = [entry for entry in chosen if entry.label == "gamed"]
    honest = [entry for entry in chosen if entry.label == "honest"]
    missed = [entry.name for entry in gamed if not found[entry.name]]
    accused = {entry.name: list(map(str, found[entry.name])) for entry in honest if found[entry.name]}
    print(f"{len(gamed)} gamed, missed {missed}\n{len(honest)} honest, accused {accused}")
    return 1 - len(missed) / len(gamed), len(accused) / len(honest)


def test_the_set_is_large_enough_and_names_nothing_twice() -> None:
    everything = [*LABELLED, *HELD_OUT, *MISSED, *ASKED]
    assert len({entry.name for entry in everything}) == len(everything)
    assert {entry.label for entry in everything} == {"gamed", "honest"}
    assert sum(entry.label == "gamed" for entry in LABELLED) >= 60
    assert sum(entry.label == "honest" for entry in LABELLED) >= 120
    assert sum(entry.label == "gamed" for entry in HELD_OUT) >= 15
    assert sum(entry.label == "honest" for entry in HELD_OUT) >= 30


def test_of_the_whole_set_nearly_all_gamed_are_found_and_hardly_any_honest() -> None:
    of_gamed, of_honest = rates([*LABELLED, *HELD_OUT, *MISSED])
    assert of_gamed >= 0.95
    assert of_honest <= 0.02


def test_nothing_is_missed_of_what_the_rules_were_made_with() -> None:
    """Each rule is there for entries that no other finds, each exemption for honest ones that it spares."""
    assert rates(LABELLED) == (1.0, 0.0)


def test_the_held_out_part_alone() -> None:
    of_gamed, of_honest = rates(HELD_OUT)
    assert of_gamed >= 0.9
    assert of_honest <= 0.02


@pytest.mark.parametrize("entry", ASKED, ids=lambda entry: entry.name)
def test_what_hides_its_answers_is_asked(entry: Entry) -> None:
    look = entry.look()
    assert not look.findings
    questions = {question.function for question in look.questions}
    assert questions <= {"digit_sum", "longest_run"}
    assert entry.label == "honest" or questions


def test_every_way_of_gaming_is_in_the_set() -> None:
    kinds = {finding.kind for entry in LABELLED for finding in findings()[entry.name]}
    assert kinds == {
        "special_case", "always_equal", "test_tool", "caller", "test_file", "patching", "swallowing", "ending",
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_no_template_is_accused(case: str) -> None:
    template = rendered(case)
    for text in ("", f"Make me what the template {case} makes, please, with everything that belongs to it."):
        request = ValidationRequest(
            files=template.files, tests=template.tests, cell="solution.py", request_text=text
        )
        look = LANGUAGES["python"].look(request)
        assert not look.findings and not look.questions


@pytest.mark.parametrize("name", sorted(SUITES))
def test_no_honest_suite_of_the_other_tests_is_accused(name: str) -> None:
    request = ValidationRequest(files={"solution.py": SOLUTION}, tests={"test_solution.py": SUITES[name]})
    assert not LANGUAGES["python"].look(request).findings


def test_looking_is_little_work() -> None:
    """A few milliseconds, beside a run of 60."""
    assert median(calls_of(entry.look) for entry in LABELLED) < 30_000
