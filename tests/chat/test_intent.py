from __future__ import annotations

import pytest

from jupyter_coding_agent.chat.intent import intent_of


@pytest.mark.parametrize(
    "message",
    [
        "What does groupby do?",
        "why is it slow",
        "How do I merge two frames?",
        "and what about empty lists?",
        "Is this stable?",
        "explain the last result",
        "Explain how you would write a parser",
        "what's the difference between a list and a tuple",
        "Can pandas read this file?",
        "thanks!",
        "Hello",
        "the second column?",
        "Does ```x = 1``` do anything?",
    ],
)
def test_questions_and_remarks(message: str):
    assert intent_of(message) == "question"


@pytest.mark.parametrize(
    "message",
    [
        "Write a function that sorts a list",
        "Describe a list of numbers in a function called describe_sample",
        "make it faster",
        "now with a test for empty input",
        "Now make it faster",
        "please add type hints",
        "Can you make it faster?",
        "could you please rewrite this?",
        "I'd like you to plot the result",
        "add a docstring, ok?",
        "the median of each column by group",
        "ok, use polars instead",
        "```python\nx = 1\n```\nis wrong",
        "a class for a bank account, thanks",
    ],
)
def test_requests_for_code(message: str):
    assert intent_of(message) == "code"
