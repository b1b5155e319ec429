"""The analysis container: what the static tools say, and that nothing kills it."""

from __future__ import annotations

import base64
import time

import pytest

from tests.images.integration.driver import Analysis

pytestmark = pytest.mark.engine


def codes(analysis: dict, severity: str | None = None) -> list[str]:
    return [finding["code"] for finding in analysis["lint"] if severity in (None, finding["severity"])]


def tidied(analysis: Analysis, source: str, **fields: object) -> str:
    reply = analysis.ask({"solution.py": source}, "tidy", **fields)
    return base64.b64decode(reply["analysis"]["tidied"]["solution.py"]).decode()


def test_blocking_findings_are_errors_and_the_rest_warnings(analysis: Analysis) -> None:
    result = analysis.analyze("import os\nx=1\nassert (x, 'always')\nprint(nope)\n")
    assert codes(result, "error") == ["F631", "F821"]
    assert codes(result, "warning") == ["F401", "E225"]
    (undefined,) = (finding for finding in result["lint"] if finding["code"] == "F821")
    assert (undefined["path"], undefined["line"], undefined["column"]) == ("solution.py", 4, 7)
    assert undefined["message"] == "undefined name 'nope'"


def test_known_names_are_not_undefined(analysis: Analysis) -> None:
    assert codes(analysis.analyze("print(df, other)\n", known_names=["df"]), "error") == ["F821"]


@pytest.mark.parametrize("source", ["def f(:\n", "return 1\n", "x = (\n", "  y = 1\n", "await f()\n"])
def test_syntax_errors(analysis: Analysis, source: str) -> None:
    result = analysis.analyze(source)
    assert codes(result) == ["E999"]
    assert result["lint"][0]["severity"] == "error"
    assert list(result["syntax_errors"]) == ["solution.py"]
    assert result["statements"] == {}


def test_a_notebook_cell_is_judged_as_one(analysis: Analysis) -> None:
    source = "\n%matplotlib inline\nimport pandas as pd\nx = 1;\nimport os\nawait thing(x)\nx"
    result = analysis.analyze(source, notebook=["solution.py"], known_names=["thing"])
    assert result["lint"] == []
    assert result["syntax_errors"] == {}
    assert result["imports"] == ["os", "pandas"]
    assert result["statements"] == {"solution.py": [2, 3, 4, 5, 6, 7]}


def test_an_undefined_name_behind_a_magic_keeps_its_line(analysis: Analysis) -> None:
    result = analysis.analyze("%%time\n!ls\nmissing\n", notebook=["solution.py"])
    assert [(finding["code"], finding["line"]) for finding in result["lint"]] == [("F821", 3)]


def test_noqa_silences_warnings_and_never_what_blocks(analysis: Analysis) -> None:
    result = analysis.analyze(
        "# flake8: noqa\nimport os  # noqa\nimport re  # noqa: E999\nnope  # noqa: F821\n"
    )
    assert codes(result) == ["F401", "F821"]


def test_security_findings(analysis: Analysis) -> None:
    source = "import subprocess\n\n\ndef run(x):\n    assert x\n    subprocess.run(x, shell=True)  # nosec\n"
    (_, finding) = analysis.analyze(source)["security"]
    assert finding["type"] == "B602 subprocess_popen_with_shell_equals_true"
    assert (finding["severity"], finding["confidence"], finding["line"]) == ("high", "high", 6)
    assert finding["fix_suggestion"].startswith("Pass the command as a list")


def test_statements_are_those_of_coverage(analysis: Analysis) -> None:
    source = '''"""Doc."""

X = [
    1,
]


def f():
    """Doc."""
    return 1


def g():  # pragma: no cover
    return 2
'''
    assert analysis.analyze(source)["statements"] == {"solution.py": [3, 8, 10]}


def test_imports_are_top_level_modules(analysis: Analysis) -> None:
    assert analysis.analyze("import os.path\nfrom a.b import c\nfrom . import d\n")["imports"] == ["a", "os"]


def test_tidy_formats_code_and_cells_and_leaves_what_it_cannot_parse(analysis: Analysis) -> None:
    assert tidied(analysis, "x = {  'a':1 }   \n") == 'x = {"a": 1}\n'
    assert (
        tidied(analysis, "%time  x = 1\ny = [1,\n 2]", notebook=["solution.py"])
        == "%time  x = 1\ny = [1, 2]\n"
    )
    assert tidied(analysis, "%%time\ny = [1,\n 2]", notebook=["solution.py"]) == "%%time\ny = [1, 2]\n"
    assert tidied(analysis, "def f(:\n") == "def f(:\n"
    assert tidied(analysis, "") == ""


def test_other_files_are_left_alone(analysis: Analysis) -> None:
    result = analysis.ask({"notes.md": "# x", "data.bin": b"\x00\xff"})["analysis"]
    assert (result["lint"], result["syntax_errors"]) == ([], {})


@pytest.mark.parametrize(
    "source",
    [
        b"x = 1\x00\n",
        b"\xff\xfe broken",
        b"# -*- coding: nonsense -*-\nx = 1\n",
        b"(" * 50_000,
        b"[" * 5_000 + b"]" * 5_000,
        b"x = " + b"-" * 100_000 + b"1\n",
        b"x = " + b"1+" * 100_000 + b"1\n",
        b"x = '" + b"a" * 5_000_000 + b"'\n",
        b"\n" * 200_000,
        b"x = 9" + b"9" * 10_000 + b"\n",
    ],
    ids=[
        "null",
        "not-utf-8",
        "codec",
        "open",
        "nested",
        "unary",
        "chain",
        "long-line",
        "empty-lines",
        "digits",
    ],
)
def test_hostile_sources_get_an_answer(analysis: Analysis, source: bytes) -> None:
    reply = analysis.ask({"solution.py": source}, timeout=10)
    assert reply["t"] in ("result", "error")
    assert analysis.analyze("x = 1\n")["lint"] == []


def test_ten_thousand_files(analysis: Analysis) -> None:
    reply = analysis.ask({f"f{number}.py": "x = 1\n" for number in range(10_000)}, timeout=300)
    assert reply["t"] == "result"
    assert len(reply["analysis"]["statements"]) == 10_000


SLOW = "".join(f"def f{number}(a, b):\n    return a + b * {number}\n\n\n" for number in range(3000))


def test_timeout_cancel_and_others_meanwhile(analysis: Analysis) -> None:
    late = analysis.submit({"a.py": SLOW}, "analyze", 0.2)
    unwanted = analysis.submit({"a.py": SLOW}, "analyze", 60)
    quick = analysis.submit({"a.py": "x = 1\n"}, "analyze", 60)
    analysis.container.send({"op": "cancel", "id": unwanted})
    replies = {reply["id"]: reply for reply in (analysis.container.receive() for _ in range(3))}
    assert (replies[late]["t"], replies[late]["reason"]) == ("error", "timeout")
    assert (replies[unwanted]["t"], replies[unwanted]["reason"]) == ("error", "cancelled")
    assert replies[quick]["t"] == "result"


def test_many_at_once(analysis: Analysis) -> None:
    numbers = [analysis.submit({"a.py": f"x = {n}\n"}, "analyze", 30) for n in range(50)]
    replies = [analysis.container.receive() for _ in numbers]
    assert {reply["id"] for reply in replies} == set(numbers)
    assert {reply["t"] for reply in replies} == {"result"}


def test_a_request_without_files_is_an_error_and_not_the_end(analysis: Analysis) -> None:
    analysis.container.send({"id": 9999, "op": "analyze"})
    reply = analysis.container.receive()
    assert (reply["id"], reply["t"], reply["reason"]) == (9999, "error", "crash")
    assert analysis.analyze("x = 1\n")["syntax_errors"] == {}


def test_it_ends_with_its_channel() -> None:
    server = Analysis()
    begin = time.perf_counter()
    server.container.close()
    assert time.perf_counter() - begin < 10
