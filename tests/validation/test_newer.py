"""Which Python a source needs, and what for."""

from __future__ import annotations

import sys

import pytest

from jupyter_coding_agent.validation.languages.python.newer import newer_than
from jupyter_coding_agent.validation.languages.python.source import parse, without_magics


def needs(source: str, version: str) -> str:
    return newer_than({"solution.py": source}, version)


@pytest.mark.parametrize(
    ("source", "version", "words"),
    [
        ("import tomllib\n", "3.10", "3.11"),
        ("x = 1\nmatch x:\n    case 1: pass\n", "3.9", "3.10"),
        ("if (n := 1): pass\n", "3.7", "3.8"),
        ("%matplotlib inline\nimport tomllib\n", "3.10.4", "in line 2"),
        ("try:\n    pass\nexcept* ValueError:\n    pass\n", "3.10", "3.11"),
    ],
)
def test_what_is_too_new_is_named(source, version, words):
    sentence = needs(source, version)
    assert words in sentence and "but the kernel it is meant for runs" in sentence
    assert sentence.startswith("solution.py needs Python")


@pytest.mark.parametrize(
    ("source", "version"),
    [
        ("import tomllib\n", "3.11"),
        ("x = 1\n", "3.8"),
        ("try:\n    import tomllib\nexcept ModuleNotFoundError:\n    import tomli as tomllib\n", "3.8"),
        (
            "import sys\nif sys.version_info >= (3, 11):\n    import tomllib\nelse:\n    tomllib = None\n",
            "3.8",
        ),
        ("", "3.8"),
        ("%load_ext autoreload\n!ls\nfiles = !ls\nlen?\nx = 1\n", "3.9"),
        ("import numpy as np\nprint(f'{np.pi}')\n", "3.9"),
        ("x = '" + "a" * 300_000 + "'\n", "3.9"),
    ],
)
def test_what_runs_there_is_left_alone(source, version):
    assert needs(source, version) == ""


def test_syntax_that_this_host_does_not_know_is_newer_than_this_host():
    version = f"3.{sys.version_info.minor}"
    assert f"needs Python 3.{sys.version_info.minor + 1}" in needs("x = 1 $ 2\n", version)
    assert needs("x = 1 $ 2\n", f"3.{sys.version_info.minor + 1}") == ""


def test_only_python_files_are_asked():
    assert newer_than({"data.json": "import tomllib"}, "3.8") == ""


def test_magics_keep_their_lines():
    source = "%%time\nx = 1\n  !ls -l\ny = %env HOME\nlen?\nz = 7 % 2\n"
    assert without_magics(source) == "pass\nx = 1\n  pass\ny = None\npass\nz = 7 % 2\n"
    assert parse("%%time\nx = 1\n") is not None
    assert parse("def (") is None
