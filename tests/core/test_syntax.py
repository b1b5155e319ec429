import ast
import subprocess
import sys

import pytest

from jupyter_coding_agent.core import syntax
from tests.engine_process import ROOT


def test_several_threads_may_parse():
    command = [sys.executable, "-m", "tests.core.parsing", "ours"]
    assert subprocess.check_output(command, cwd=ROOT, text=True) == "[]\n"


def test_an_expression_and_a_literal():
    assert isinstance(syntax.parse("f(1)", "eval"), ast.Expression)
    assert syntax.literal_eval("[1, 2]") == [1, 2]
    with pytest.raises(SyntaxError):
        syntax.parse("def")
