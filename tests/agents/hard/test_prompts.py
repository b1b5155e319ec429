"""Requests as people write them: every hard example in them is found that must be, and none that is not one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from jupyter_coding_agent.agents.hard.examples import find_examples

PROMPTS = yaml.safe_load((Path(__file__).parent / "prompts.yaml").read_text())


@pytest.mark.parametrize("entry", PROMPTS, ids=range(len(PROMPTS)))
def test_hard_examples_are_exactly_what_can_not_be_misread(entry):
    examples = find_examples(entry["prompt"], entry.get("cells", ()), entry.get("defined", ()))
    found = [f"{example.call} -> {example.expected}" for example in examples]
    assert found == [*entry.get("hard", ()), *entry.get("types", ())]


def test_there_are_enough_of_them_and_half_look_like_examples_but_are_not():
    assert len(PROMPTS) >= 60
    assert sum("hard" not in entry for entry in PROMPTS) >= 30
