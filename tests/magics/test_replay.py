"""Replays, diffs of two executions and fresh requests, as a person asks for them in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jupyter_coding_agent.core.errors import InvalidInput
from jupyter_coding_agent.magics.options import parse_replay
from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import Running

from .conftest import Paper

Run = Callable[[str], Any]


def asked(fake: Running) -> list[Any]:
    """The bodies of the replays."""
    return [body for verb, path, body in fake.engine.requests if path.endswith("/replay")]


def test_the_last_one_is_replayed_and_followed(session: Session, run: Run, fake: Running, paper: Paper):
    run("%%agent\nadd two numbers")
    run("%agent replay")
    assert asked(fake) == [{"mode": "again", "modifications": {}}]
    assert len(fake.engine.executions) == 2
    assert "✓ passed" in paper.shown[-1]["text/plain"]
    assert "add two numbers" in paper.shown[-1]["text/html"]


def test_what_is_modified_is_sent(session: Session, run: Run, fake: Running):
    run("%%agent\nadd")
    name = next(iter(fake.engine.executions))
    run(f'%agent replay {name[:12]} --add "only the standard library" --attempts 2 --no-security')
    run(f"%agent replay --recorded {name}")
    assert asked(fake) == [
        {
            "mode": "again",
            "modifications": {
                "prompt_suffix": "only the standard library",
                "max_attempts": 2,
                "enable_security_scan": False,
            },
        },
        {"mode": "from_recording", "modifications": {}},
    ]


def test_what_differs_is_said_before_it_is_followed(session: Session, run: Run, paper: Paper):
    run("%%agent\nadd, moved")
    run("%agent replay")
    assert "is not exact. The image for python is another one than it was." in paper.shown[-2]["text/plain"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--ad x", "%agent replay has no option --ad. Did you mean --add?"),
        ("exe_1 --add", '--add needs a value: --add "WORDS".'),
        ('exe_1 --add "open', "A quotation mark is not closed."),
        ("exe_1 --recorded=yes", "--recorded takes no value."),
        ("exe_1 --attempts 9", "--attempts takes a whole number from 1 to 5, not '9'."),
    ],
)
def test_a_wrong_option_is_named(line: str, sentence: str):
    with pytest.raises(InvalidInput) as refused:
        parse_replay(line)
    assert refused.value.message == sentence


def test_two_executions_are_compared(session: Session, run: Run, fake: Running, paper: Paper):
    run("%%agent\nadd one")
    run("%%agent\nadd two")
    first, second = fake.engine.executions
    run(f"%agent diff {first} {second}")
    assert paper.shown[-1]["text/plain"] == "+add two\n"
    assert f"{first} to {second}" in paper.shown[-1]["text/html"]
    run(f"%agent diff {first} {second} 1 2")
    assert "or %agent diff ID ID" in paper.shown[-1]["text/plain"]


def test_who_wants_it_made_anew_says_so(session: Session, run: Run, fake: Running):
    run("%%agent --fresh\nadd")
    run("%%agent\nadd")
    assert [sent.get("fresh") for sent in fake.engine.prompts] == [True, None]


def test_help_has_the_options(session: Session, run: Run, paper: Paper):
    run("%agent help")
    for part in ("%agent replay", "--recorded", '--add "WORDS"', "--fresh"):
        assert part in paper.text
