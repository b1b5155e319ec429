"""What the tests need beside pytest: ``cell``, which runs solution.py as a notebook would, and ``answer``.

They give what the sandbox's own fixtures give, in one file that needs nothing else of where it was proved.
"""

import ast
import asyncio
import builtins
import contextlib
import inspect
import io
import math
import pathlib
import sys
import types
from collections.abc import Mapping

import pytest

SOLUTION = pathlib.Path(__file__).parent / "solution.py"


class CellResult(Mapping):
    """What a run of the cell left: ``result["name"]``, `namespace`, `stdout`, `displayed`."""

    def __init__(self, namespace, stdout, displayed):
        self.namespace, self.stdout, self.displayed = namespace, stdout, displayed

    def __getitem__(self, name):
        return self.namespace[name]

    def __iter__(self):
        return (name for name in self.namespace if not name.startswith("__"))

    def __len__(self):
        return sum(1 for _ in self)


class NoShell:
    """Stands for IPython: what a magic asks of the notebook is not done here."""

    def __getattr__(self, name):
        return lambda *arguments, **options: None


@pytest.fixture
def cell(monkeypatch):
    """``cell(**inputs)`` runs the cell in a fresh namespace that holds these names."""

    def run(**inputs):
        module = types.ModuleType("__main__")
        module.__dict__.update(inputs, get_ipython=NoShell)
        monkeypatch.setitem(sys.modules, "__main__", module)
        displayed, printed, before = [], io.StringIO(), _figures()
        monkeypatch.setattr(builtins, "display", lambda *values, **_: displayed.extend(values), raising=False)
        body, last = _compiled()
        with contextlib.redirect_stdout(printed):
            _value(body, module.__dict__)
            value = _value(last, module.__dict__) if last else None
        if value is not None:
            displayed.append(value)
        displayed += [figure for figure in _figures() if not any(figure is one for one in before + displayed)]
        return CellResult(module.__dict__, printed.getvalue(), displayed)

    yield run
    if _figures():
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def answer(request):
    """``answer(value)`` holds it against what the module's EXPECTED has for this test."""

    def compare(value):
        wanted = request.module.EXPECTED[request.node.name]
        assert _same(wanted, value), f"expected {wanted!r}, got {value!r}"

    return compare


def _same(wanted, value):
    """Equal as in the sandbox: floats to 1e-9 of their size, arrays and series as the list of their values."""
    if hasattr(value, "tolist") and not isinstance(value, (list, tuple)):
        value = value.tolist()
    if isinstance(wanted, (int, float)) and isinstance(value, (int, float)):
        return math.isclose(wanted, value, rel_tol=1e-9)
    if type(wanted) is not type(value):
        return False
    if isinstance(wanted, (list, tuple)):
        return len(wanted) == len(value) and all(map(_same, wanted, value))
    if isinstance(wanted, dict):
        return wanted.keys() == value.keys() and all(_same(wanted[key], value[key]) for key in wanted)
    return bool(wanted == value)


def _compiled():
    text = SOLUTION.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text)
    except SyntaxError:
        # It has magics, which are IPython's to understand.
        from IPython.core.inputtransformer2 import TransformerManager

        tree = ast.parse(TransformerManager().transform_cell(text))
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not text.rstrip().endswith(";"):
        last = _code(ast.Expression(tree.body.pop().value), "eval")
    return _code(tree, "exec"), last


def _code(tree, mode):
    return compile(tree, str(SOLUTION), mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def _value(code, namespace):
    value = eval(code, namespace)  # noqa: S307 - running this code is what it is for
    return asyncio.run(value) if code.co_flags & inspect.CO_COROUTINE else value


def _figures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    return [] if pyplot is None else [pyplot.figure(number) for number in pyplot.get_fignums()]
