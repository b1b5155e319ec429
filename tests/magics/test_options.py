from __future__ import annotations

from dataclasses import fields

import pytest

from jupyter_coding_agent.core.errors import InvalidInput
from jupyter_coding_agent.magics.options import (
    ASK_OPTIONS,
    AskOptions,
    CommandOptions,
    parse_ask,
    parse_command,
)


def test_every_option_has_a_place():
    places = {place for option in ASK_OPTIONS.values() for place in (option.field, option.many) if place}
    assert places == {field.name for field in fields(AskOptions)}


def test_context_is_a_switch_or_files_as_many_as_there_are():
    options, request = parse_ask("--context a.csv --context off --context=art_1f plot it")
    assert (options.context, options.attached, request) == (False, ["a.csv", "art_1f"], "plot it")
    options, request = parse_ask("--context a.csv --context show plot it")
    assert (options.context, options.attached, request) == ("show", ["a.csv"], "plot it")


def test_the_request_is_taken_word_for_word():
    assert parse_ask('what\'s  in `df`? -- "quoted" --tier') == (
        AskOptions(),
        'what\'s  in `df`? -- "quoted" --tier',
    )


def test_every_option():
    line = (
        "--tier complex --template=plot-chart --lang python --context off --run --wait --no-insert "
        "--attempts 3 --no-security --timeout 30 --fresh plot it"
    )
    options, request = parse_ask(line)
    assert request == "plot it"
    assert options == AskOptions(
        tier="complex",
        template="plot-chart",
        language="python",
        context=False,
        run=True,
        wait=True,
        insert=False,
        attempts=3,
        security=False,
        timeout=30,
        fresh=True,
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--teir simple x", "%%agent has no option --teir. Did you mean --tier?"),
        ("--tier huge x", "--tier takes simple, medium or complex, not 'huge'."),
        ("--tier", "--tier needs a value: --tier simple|medium|complex."),
        ("--attempts 9 x", "--attempts takes a whole number from 1 to 5, not '9'."),
        ("--attempts ² x", "--attempts takes a whole number from 1 to 5, not '²'."),
        ("--timeout 0 x", "--timeout takes a whole number from 1 to 600, not '0'."),
        ("--run=yes x", "--run takes no value."),
    ],
)
def test_a_wrong_option_is_a_sentence_that_names_it(line: str, sentence: str):
    with pytest.raises(InvalidInput) as caught:
        parse_ask(line)
    assert caught.value.message == sentence


def test_commands_have_their_own_options():
    assert parse_command("insert --partial exe_1") == ("insert", CommandOptions(partial=True), "exe_1")
    assert parse_command("validate --tests 4 3") == ("validate", CommandOptions(tests=4), "3")
    shown = CommandOptions(context=True)
    assert parse_command("show --context exe_1") == ("show", shown, "exe_1")
    assert parse_command("show exe_1 --context") == ("show", shown, "exe_1")
    assert parse_command("show --context") == ("show", shown, "")
    assert parse_command("") == ("help", CommandOptions(), "")
    with pytest.raises(InvalidInput, match=r"%agent cancel has no option --partial\. It has no options\."):
        parse_command("cancel --partial exe_1")
