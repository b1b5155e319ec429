import json
import textwrap

import pytest

from jupyter_coding_agent.agents.conversation.prompting import Prompts
from jupyter_coding_agent.agents.conversation.replies import (
    MAX_FILE,
    MAX_FILES,
    MAX_REPLY,
    Reply,
    parse_reply,
)
from tests.work import growth_of

PYTHON = Prompts().language("python")
CODE = "def f(x):\n    return x + 1\n"
TESTS = "from solution import f\n\n\ndef test_f():\n    assert f(1) == 2\n"
AS_JSON = json.dumps({"files": {"solution.py": CODE}, "requirements": ["pandas"]})


def code(text: str, **values) -> Reply:
    return parse_reply(text, PYTHON, "code", **values)


def block(info: str, text: str, ticks: str = "```") -> str:
    return f"{ticks}{info}\n{text}{ticks}\n"


ONE_FILE = {
    "path in the info string": block("python path=solution.py", CODE),
    "quoted path": block('python path="solution.py"', CODE),
    "title": block("python title=solution.py", CODE),
    "filename with spaces around": block("py filename = 'solution.py'", CODE),
    "colon": block("python:solution.py", CODE),
    "path after the language": block("python solution.py", CODE),
    "path as the language": block("solution.py", CODE),
    "pandoc attributes": block("{.python path=solution.py}", CODE),
    "path in the first line": block("python", "# solution.py\n" + CODE),
    "labelled path in the first line": block("python", "# file: solution.py\n" + CODE),
    "writefile magic": block("python", "%%writefile solution.py\n" + CODE),
    "heading": "### solution.py\n\n" + block("python", CODE),
    "bold heading with backticks": "**`solution.py`**\n" + block("python", CODE),
    "labelled heading": "File: solution.py\n" + block("python", CODE),
    "sentence that ends with a colon": "Put this into `solution.py`:\n\n" + block("python", CODE),
    "single fence without path": block("python", CODE),
    "single fence without language": block("", CODE),
    "tildes": block("python path=solution.py", CODE, "~~~"),
    "fence in a list": "1. The code:\n\n" + textwrap.indent(block("python path=solution.py", CODE), "   "),
    "prose around": "Sure! Here it is.\n" + block("python path=solution.py", CODE) + "\nHope it helps.",
    "carriage returns": block("python path=solution.py", CODE).replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + block("python path=solution.py", CODE),
    "dot before the path": block("python path=./solution.py", CODE),
    "thoughts before": "<think>```python\nx\n```</think>\n" + block("python path=solution.py", CODE),
    "thoughts without a beginning": "Let me see.\n</think>\n\n" + block("python path=solution.py", CODE),
    "bare code": CODE,
    "json": json.dumps({"files": {"solution.py": CODE}}),
    "json in a fence": block("json", json.dumps({"files": {"solution.py": CODE}}, indent=2) + "\n"),
    "json with prose": "Here:\n" + json.dumps({"files": {"solution.py": CODE}}) + "\nDone.",
    "json after another fence": block("text", "a plan\n") + block("json", AS_JSON + "\n"),
    "json with a list of files": json.dumps({"files": [{"path": "solution.py", "content": CODE}]}),
    "json with only code": json.dumps({"code": CODE}),
    "json with raw line ends": '{"files": {"solution.py": "' + CODE + '"}}',
    "commands beside": block("bash", "pip install x\n") + block("python path=solution.py", CODE),
    "output beside": block("python path=solution.py", CODE) + block("text", "2\n") + block("", ""),
    "usage beside a named file": block("python path=solution.py", CODE) + block("python", "print(f(1))\n"),
    "usage beside an unnamed file": block("python", CODE) + block("python", "print(f(1))\n"),
    "other language beside": block("javascript", "f()\n" * 20) + block("python", CODE),
    "revised": block("python path=solution.py", "x = 1\n") + block("python path=solution.py", CODE),
    "never closed but whole": "```python path=solution.py\n" + CODE,
    "a null character": block("python path=solution.py", CODE + "\x00"),
}


@pytest.mark.parametrize("text", ONE_FILE.values(), ids=ONE_FILE.keys())
def test_a_solution_is_found(text: str):
    reply = code(text)
    assert reply.reason == ""
    assert reply.files == {"solution.py": CODE}


UNUSABLE = {
    "empty": ("", "The reply is empty."),
    "blank": (" \n\n", "The reply is empty."),
    "thoughts only": ("<think>hm</think>", "nothing but thoughts"),
    "thoughts without an end": ("<think>hm, " + block("python", CODE), "nothing but thoughts"),
    "no code": ("I would write a loop.", "no code; it begins: 'I would write a loop.'"),
    "commands only": (block("bash", "pip install x\n"), "no code"),
    "an empty fence": (block("python path=solution.py", ""), "no code"),
    "cut off in a file": ("```python path=solution.py\ndef f(x:\n", "breaks off in solution.py"),
    "cut off in a fence without path": ("```python\ndef f(x:\n", "breaks off in the code"),
    "cut off json": ('{"files": {"solution.py": "def f', "breaks off in the JSON"),
    "cut off json in a fence": ('```json\n{"files": {"solution.py": "def f', "breaks off in the JSON"),
    "cut off json with prose": ('Here: {"files": {"solution.py": "def f', "breaks off in the JSON"),
    "json without files": ('{"answer": 42}', "no code"),
    "json with wrong types": ('{"files": {"solution.py": 3}}', "no code"),
    "json with wrong entries": ('{"files": ["solution.py", {"path": "x.py"}]}', "no code"),
    "too large": ("x" * (MAX_REPLY + 1), "400,001 characters"),
    "html": ("<!DOCTYPE html><html><body>502</body></html>", "no code"),
    "parent directory": (block("python path=../solution.py", CODE), "leads out of the workspace"),
    "inner parent directory": (block("python path=a/../../b.py", CODE), "leads out of the workspace"),
    "absolute": (block("python path=/etc/solution.py", CODE), "leads out of the workspace"),
    "drive": (block("python path=C:\\solution.py", CODE), "leads out of the workspace"),
    "home": (block("python path=~/solution.py", CODE), "leads out of the workspace"),
    "odd name": (block('python path="a\x01b.py"', CODE), "no plain file name"),
    "hidden": (block("python path=.git/hook.py", CODE), "no plain file name"),
    "long name": (block(f"python path={'a' * 300}.py", CODE), "no plain file name"),
    "deep": (block(f"python path={'a/' * 20}b.py", CODE), "no plain file name"),
    "steering": (block("toml path=pyproject.toml", "[tool.pytest]\n"), "would steer the test run"),
    "huge file": (
        block("python path=solution.py", "x = 1\n" * (MAX_FILE // 6 + 1)),
        "more than 200,000 characters",
    ),
}


@pytest.mark.parametrize(("text", "reason"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_can_not_be_used_says_why(text: str, reason: str):
    reply = code(text)
    assert reason in reply.reason
    assert not reply.refused


def test_a_whole_file_is_not_believed_where_the_model_was_stopped():
    text = "```python path=solution.py\n" + CODE
    assert "breaks off in solution.py" in code(text, cut_off=True).reason
    assert "no code" in code(CODE, cut_off=True).reason


def test_being_stopped_after_the_last_file_does_no_harm():
    text = block("python path=solution.py", CODE) + "This solution is"
    assert code(text, cut_off=True).files == {"solution.py": CODE}


def test_a_file_that_was_never_closed_ends_where_the_next_begins():
    text = "```python path=a.py\nx = (\n```python path=solution.py\n" + CODE + "```\n"
    assert "breaks off in a.py" in code(text).reason


def test_a_fence_may_hold_fences():
    document = '"""Use it:\n\n```python\nf(1)\n```\n"""\n' + CODE
    assert code(block("python path=solution.py", document, "````")).files == {"solution.py": document}
    assert code(block("python path=solution.py", document)).files == {"solution.py": document}


def test_an_info_string_that_opens_nothing_is_text():
    document = 'HELP = """\n```text\n"""\n' + CODE
    assert code(block("python path=solution.py", document)).files == {"solution.py": document}


def test_several_files_and_requirements():
    text = (
        block("python path=solution.py", CODE)
        + block("python path=helpers/tools.py", "y = 1\n")
        + block("json path=data.json", "{}\n")
        + block("requirements", "# what it needs\npandas>=2  # frames\n- httpx\n\n-r other.txt\npandas>=2\n")
    )
    reply = code(text)
    assert reply.files == {"solution.py": CODE, "helpers/tools.py": "y = 1\n", "data.json": "{}\n"}
    assert reply.requirements == ["pandas>=2", "httpx"]


@pytest.mark.parametrize("none", ["", "none\n", "(none)\n", "# nothing\n"])
def test_no_requirements_is_not_the_same_as_none_named(none: str):
    assert code(block("python", CODE) + block("requirements", none)).requirements == []
    assert code(block("python", CODE)).requirements is None


def test_a_requirements_file_is_a_list_of_requirements():
    text = block("python", CODE) + block("text path=requirements.txt", "rich\n")
    assert code(text).requirements == ["rich"]
    assert code(text).files == {"solution.py": CODE}


@pytest.mark.parametrize("value", [["pandas"], "pandas"])
def test_requirements_in_json(value):
    assert code(json.dumps({"files": {"solution.py": CODE}, "requirements": value})).requirements == [
        "pandas"
    ]


def test_code_may_hold_a_dictionary_and_thinking_marks():
    source = 'X = {"files": {"a": "b"}}\n\nT = """\n<think>\n</think>\n"""\n'
    assert code(block("python path=solution.py", source)).files == {"solution.py": source}


@pytest.mark.parametrize(
    "path",
    [
        "test_solution.py",
        "tests/test_a.py",
        "tests/data.json",
        "conftest.py",
        "a_test.py",
        "Test_Solution.PY",
        "CONFTEST.py",
        "helpers/conftest.py",
        "test_solution/__init__.py",
        "test_solution_more.py",
    ],
)
def test_tests_are_dropped_from_a_reply_with_code_and_that_is_said(path: str):
    reply = code(block("python path=solution.py", CODE) + block(f"python path={path}", TESTS))
    assert reply.files == {"solution.py": CODE}
    assert reply.notes == [f"{path} was left out: the tests are read-only."]


@pytest.mark.parametrize(
    ("named", "note"),
    [
        ("./test_solution.py", "test_solution.py was left out: the tests are read-only."),
        ("tests/./test_a.py", "tests/test_a.py was left out: the tests are read-only."),
        (".\\test_solution.py", "test_solution.py was left out: the tests are read-only."),
        ("a/../test_solution.py", "'a/../test_solution.py' leads out of the workspace and was refused."),
        ("/test_solution.py", "'/test_solution.py' leads out of the workspace and was refused."),
        ("pytest.py", "pytest.py would steer the test run."),
        ("Pytest.py", "Pytest.py would steer the test run."),
        ("_pytest/assertion.py", "_pytest/assertion.py would steer the test run."),
        ("hypothesis/__init__.py", "hypothesis/__init__.py would steer the test run."),
        ("_hypothesis_pytestplugin.py", "_hypothesis_pytestplugin.py would steer the test run."),
        ("pytest_fast.py", "pytest_fast.py would steer the test run."),
        ("agent_sandbox/plugin.py", "agent_sandbox/plugin.py would steer the test run."),
        ("sitecustomize.py", "sitecustomize.py would steer the test run."),
        ("setup.cfg", "setup.cfg would steer the test run."),
    ],
)
def test_no_spelling_of_a_path_reaches_the_tests_or_what_runs_them(named: str, note: str):
    reply = code(block("python path=solution.py", CODE) + block(f'python path="{named}"', TESTS))
    assert reply.files == {"solution.py": CODE}
    assert reply.notes == [note]


@pytest.mark.parametrize("path", ["hypothesis_testing.py", "latest.py", "contest.py", "helpers/coverage.py"])
def test_names_that_only_look_like_those_are_kept(path: str):
    reply = code(block("python path=solution.py", CODE) + block(f"python path={path}", "x = 1\n"))
    assert set(reply.files) == {"solution.py", path}


@pytest.mark.parametrize("path", [PYTHON.further_test_file, PYTHON.second_test_file])
def test_further_tests_come_under_the_name_that_was_asked_for(path: str):
    for info in ["python", f"python path={path}", "python path=test_solution.py"]:
        assert parse_reply(block(info, TESTS), PYTHON, "tests", path=path).files == {path: TESTS}
    renamed = parse_reply(block("python path=test_solution.py", TESTS), PYTHON, "tests", path=path)
    assert renamed.notes == [f"test_solution.py was taken as {path}."]


def test_tests_in_another_case_would_not_be_collected():
    assert "only tests" in parse_reply(block("python path=TEST_A.py", TESTS), PYTHON, "tests").reason


REASONING = {
    "prose": "The cause: line 3 adds one too much. The request asks for the sum.",
    "a dictionary": 'It gives {"a": 1} where {"code": "E1"} was asked for.',
    "a dictionary first": '{"code": "E1"} is what it gives.',
    "what is no json": 'For {"code": x} and {"files": y} it fails.',
    "a snippet": "The line\n```python\nreturn x\n```\nis wrong.",
    "a diff": "```diff\n-a\n+b\n```",
    "a list": "1. `solution.py` is wrong:\n2. so",
}


@pytest.mark.parametrize("reasoning", REASONING.values(), ids=REASONING.keys())
def test_reasons_before_the_files_do_no_harm(reasoning: str):
    assert code(f"{reasoning}\n\n" + block("python path=solution.py", CODE)).files == {"solution.py": CODE}


def test_a_reply_with_nothing_but_tests_is_no_code():
    reply = code(block("python path=test_solution.py", TESTS))
    assert reply.reason == "No file can be used. test_solution.py was left out: the tests are read-only."


def test_code_is_dropped_from_a_reply_with_tests():
    text = block("python path=solution.py", CODE) + block("python path=test_solution.py", TESTS)
    reply = parse_reply(text, PYTHON, "tests")
    assert reply.files == {"test_solution.py": TESTS}
    assert reply.notes == ["solution.py was left out: only tests were asked for."]


def test_tests_without_a_path_get_theirs():
    assert parse_reply(block("python", TESTS), PYTHON, "tests").files == {"test_solution.py": TESTS}


def test_tests_in_json_may_stand_apart():
    text = json.dumps({"files": {"solution.py": CODE}, "tests": {"test_solution.py": TESTS}})
    assert parse_reply(text, PYTHON, "tests").files == {"test_solution.py": TESTS}
    assert code(text).files == {"solution.py": CODE}


def test_one_bad_path_does_not_spoil_the_rest():
    reply = code(block("python path=solution.py", CODE) + block("python path=../../x.py", CODE))
    assert reply.files == {"solution.py": CODE}
    assert reply.notes == ["'../../x.py' leads out of the workspace and was refused."]


def test_there_are_at_most_so_many_files():
    reply = code("".join(block(f"python path=m{n}.py", CODE) for n in range(MAX_FILES + 5)))
    assert len(reply.files) == MAX_FILES
    assert reply.notes == [f"There are more than {MAX_FILES} files."]


@pytest.mark.parametrize("text", ["REFUSED: It steals\npasswords.", "**REFUSED**: It steals passwords."])
def test_a_refusal_is_the_model_s_decision(text: str):
    reply = code(text)
    assert reply.refused
    assert reply.reason == "It steals passwords."


def test_code_that_speaks_of_refusal_is_none():
    assert not code("REFUSED: no, here it is\n" + block("python", CODE)).refused


def test_lone_surrogates_are_replaced():
    assert code(block("python path=solution.py", "x = '\ud800'\n")).files == {"solution.py": "x = '?'\n"}


def test_a_file_named_like_a_module_in_prose_is_not_a_path():
    text = "This uses numpy.random and e.g. v1.2:\n" + block("python", CODE)
    assert code(text).files == {"solution.py": CODE}


HOSTILE = [
    "```",
    "```python\n",
    "```python path=a.py\n",
    "{",
    '{"a":',
    "<think>",
    "<think></think>",
    "a.py ",
    "a" * 50 + "/",
]
HOSTILE += ["# " + "a" * 1000, "\n", " ", "? ", "x = !", "(", "`", "~~~\n", "</think>\n", "def f():\n "]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("before", ["", "```python path=solution.py\n", "a.py"])
def test_the_work_grows_with_a_hostile_reply_and_no_faster(before: str, piece: str):
    assert growth_of(code, lambda size: before + piece * (size // len(piece)), 50_000) < 2.3
    code(before + piece * ((MAX_REPLY - 100) // len(piece)))
