"""``%agent templates`` and ``%agent generate``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jupyter_coding_agent.client.result import MIME
from jupyter_coding_agent.magics.session import Session
from tests.fake_engine import Running
from tests.magics.conftest import Paper

Run = Callable[[str], Any]


def test_the_library_is_listed_with_uses_and_problems(session: Session, run: Run, paper: Paper):
    run("%agent templates")
    for part in ("adder", "utility", "3", "Adds.", "Left out: mine: it has no template.yaml."):
        assert part in paper.text


@pytest.mark.parametrize("line", ["%agent templates adder", "%agent templates show adder"])
def test_one_is_shown_with_its_variables(session: Session, run: Run, paper: Paper, line: str):
    run(line)
    for part in ("Add things", "title", "(has to be given)", "integer from 1 to 9", "a,b", "of sum, mean"):
        assert part in paper.text


def test_an_unknown_one_is_a_sentence(session: Session, run: Run, paper: Paper):
    run("%agent templates nope")
    run("%agent generate nope")
    assert paper.text.count("There is no such template.") == 2


def test_values_are_read_by_their_types_and_the_proof_is_followed(
    session: Session, run: Run, paper: Paper, fake: Running
):
    run(
        "%agent generate adder title='it is = \"quoted\"' count=3 share=0.25 loud=True names='x, y z' kind=mean"
    )
    (sent,) = [body for verb, path, body in fake.engine.requests if path.endswith("/adder/generate")]
    assert sent == {
        "variables": {
            "title": 'it is = "quoted"',
            "count": 3,
            "share": 0.25,
            "loud": True,
            "names": ["x", "y z"],
            "kind": "mean",
        }
    }
    assert paper.shown[-1][MIME]["status"] == "passed"
    assert session.last is not None and session.last.startswith("exe_")


def test_an_empty_list_is_one(session: Session, run: Run, fake: Running):
    run("%agent generate adder names=")
    (sent,) = [body for verb, path, body in fake.engine.requests if path.endswith("/adder/generate")]
    assert sent == {"variables": {"names": []}}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "Write %agent generate ID"),
        ("adder title", "'title' has no value"),
        ("adder 'title=x", "A quote is never closed"),
        ("adder size=3", "no variable 'size'; it has: title, count"),
        ("adder count=many", "count takes a number, not 'many'"),
        ("adder loud=yes", "loud takes true or false, not 'yes'"),
    ],
)
def test_what_can_not_be_read_is_a_sentence(
    session: Session, run: Run, paper: Paper, fake: Running, line: str, sentence: str
):
    run(f"%agent generate {line}")
    assert sentence in paper.text
    assert not [path for _, path, _ in fake.engine.requests if path.endswith("/generate")]
