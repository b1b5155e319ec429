"""What is refused at the door, by which error and naming which field."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import InvalidInput, TooLarge
from jupyter_coding_agent.validation.door import check, wrong_with_path
from jupyter_coding_agent.validation.models import Example, ValidationRequest
from jupyter_coding_agent.validation.settings import ValidationSettings


def refused(error: type[Exception], **fields) -> tuple[str, str | None]:
    values = {"files": {"solution.py": "x = 1\n"}, **fields}
    settings = ValidationSettings(max_file_bytes=1000, max_total_bytes=2500, max_tests_bytes=1500)
    with pytest.raises(error) as caught:
        check(ValidationRequest(**values), settings, ["python"])
    return caught.value.message, caught.value.field


def test_a_plain_request_comes_in():
    request = ValidationRequest(
        files={"pkg/__init__.py": "", "pkg/größe.py": "x = 'ü'"},
        tests={"tests/test_a.py": ""},
        known_names=["df"],
    )
    check(request, ValidationSettings(), ["python"])


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "empty"),
        ("/etc/passwd", "relative"),
        ("C:/x.py", "relative"),
        ("../x.py", "leaves"),
        ("a/../../x.py", "leaves"),
        ("a\\b.py", "backslash"),
        ("a\0b.py", "control character"),
        ("a\nb.py", "control character"),
        ("a//b.py", "without empty"),
        ("./b.py", "without empty"),
        ("b/", "without empty"),
        ("x" * 301, "longer"),
        ("/".join("x" * 20), "deeper"),
        ("__pycache__/solution.cpython-313.pyc", "reserved"),
        (".git/config", "reserved"),
        ("\ud800.py", "control character"),
    ],
)
def test_paths_that_can_not_be_used(path, words):
    assert words in wrong_with_path(path)
    message, field = refused(InvalidInput, files={path: "x"})
    assert words in message and field == "files"


def test_paths_of_tests_are_looked_at_too():
    assert refused(InvalidInput, tests={"../test_x.py": ""})[1] == "tests"


@pytest.mark.parametrize(
    ("files", "tests"),
    [
        ({"a.py": ""}, {"a.py": ""}),
        ({"\u00e9.py": ""}, {"e\u0301.py": ""}),
        ({"a": "", "a/b.py": ""}, {}),
        ({"a/b": ""}, {"a/b/c.py": ""}),
    ],
)
def test_files_that_stand_in_each_others_way(files, tests):
    refused(InvalidInput, files=files, tests=tests)


@pytest.mark.parametrize("text", ["x = '\ud800'", "a\0b"])
def test_binary_in_a_text_field_is_named(text):
    assert refused(InvalidInput, files={"data.py": text})[1] == "files.data.py"
    assert refused(InvalidInput, tests={"test_a.py": text})[1] == "tests.test_a.py"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"files": {f"f{n}.py": "" for n in range(10_000)}}, "files"),
        ({"files": {"a.py": "x" * 1001}}, "files.a.py"),
        ({"files": {"a.py": "ü" * 501}}, "files.a.py"),
        ({"files": {f"{n}.py": "x" * 900 for n in range(3)}}, "files"),
        ({"tests": {f"test_{n}.py": "x" * 900 for n in range(2)}}, "tests"),
        ({"requirements": ["numpy"] * 51}, "requirements"),
        ({"examples": [Example(call="f()", expected="1")] * 201}, "examples"),
    ],
)
def test_too_much_is_too_large(fields, field):
    assert refused(TooLarge, **fields)[1] == field


def test_an_unknown_language_lists_the_known_ones():
    message, field = refused(InvalidInput, language="cobol")
    assert "'cobol'" in message and "python" in message and field == "language"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"signals": []}, "signals"),
        ({"cell": "other.py"}, "cell"),
        ({"known_names": ["not a name"]}, "known_names"),
        ({"examples": [Example(call="f(", expected="1")]}, "examples.0.call"),
        ({"examples": [Example(call="import os", expected="1")]}, "examples.0.call"),
        ({"examples": [Example(call="f()", expected="g()")]}, "examples.0.expected"),
        (
            {"examples": [Example(call="f()", expected="1"), Example(call="f()", expected="")]},
            "examples.1.expected",
        ),
    ],
)
def test_fields_that_make_no_sense_are_named(fields, field):
    assert refused(InvalidInput, **fields)[1] == field
