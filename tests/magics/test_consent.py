from __future__ import annotations

import pytest

from jupyter_coding_agent.magics.consent import unasked


@pytest.mark.parametrize(
    ("request_", "effects"),
    [
        ("Plot the prices", {"imports": ["matplotlib"], "reads": ["x.csv"], "environment": ["HOME"]}),
        ("Download the page at https://example.org", {"network": ["example.org"]}),
        ("Get the title from example.org", {"network": ["example.org"]}),
        ("Save the table as a CSV file", {"writes": ["table.csv"]}),
        ("Write the rows to out.json", {"writes": ["out.json"]}),
        ("Delete the temporary files", {"deletes": ["a.tmp"]}),
        ("Run git log in a shell", {"processes": ["git"]}),
        ("Anything", {}),
    ],
)
def test_what_was_asked_for_is_allowed(request_: str, effects: dict):
    assert unasked(request_, effects) == []


@pytest.mark.parametrize(
    ("request_", "effects", "what"),
    [
        ("Plot the prices", {"network": ["evil.example"]}, "connect to the network"),
        ("Remove duplicate rows", {"deletes": ["/home/me/data"]}, "delete files"),
        ("Process the rows quickly", {"processes": ["curl"]}, "start programs"),
        ("Write a function that adds", {"writes": [".bashrc"]}, "write files"),
        ("Store the sum in a variable", {"writes": ["sum.txt"]}, "write files"),
    ],
)
def test_what_was_not_asked_for_is_named(request_: str, effects: dict, what: str):
    (sentence,) = unasked(request_, effects)
    assert what in sentence
    assert next(iter(effects.values()))[0] in sentence


def test_each_kind_is_judged_for_itself():
    effects = {"network": ["a.example"], "deletes": ["x"], "writes": ["out.csv"]}
    assert len(unasked("Save the table to out.csv", effects)) == 2
