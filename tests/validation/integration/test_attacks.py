"""Code that would rather be reported as passed than pass: never a pass, always a sentence."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.validation.models import Example, ValidationRequest

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

TESTS = """from solution import add


def test_adds_numbers():
    assert add(2, 3) == 5


def test_adds_words():
    assert add("ab", "cd") == "abcd"


def test_adds_lists():
    assert add([1], [2]) == [1, 2]
"""

WRONG = "\n\ndef add(a, b):\n    return 0\n"

ATTACKS = {
    "exits at import": "import os\nos._exit(0)\n" + WRONG,
    "exits in a test": "import os\n\n\ndef add(a, b):\n    os._exit(0)\n",
    "sys.exit at import": "import sys\nsys.exit(0)\n" + WRONG,
    "sys.exit in a test": "import sys\n\n\ndef add(a, b):\n    sys.exit(0)\n",
    "pytest.exit in a test": "import pytest\n\n\ndef add(a, b):\n    pytest.exit('done', returncode=0)\n",
    "skips from within": "import pytest\n\n\ndef add(a, b):\n    pytest.skip('not today')\n",
    "unittest skip from within": "import unittest\n\n\ndef add(a, b):\n    raise unittest.SkipTest\n",
    "xfail from within": "import pytest\n\n\ndef add(a, b):\n    pytest.xfail('expected')\n",
    "kills itself": """
import os, signal
def add(a, b):
    os.kill(os.getpid(), signal.SIGKILL)
""",
    "kills the harness": """
import os, signal
def add(a, b):
    os.kill(os.getppid(), signal.SIGKILL)
    return 0
""",
    "patches the report's class": """
from _pytest import reports
original = reports.TestReport.from_item_and_call.__func__
def forged(cls, item, call):
    call.excinfo = None
    return original(cls, item, call)
reports.TestReport.from_item_and_call = classmethod(forged)
"""
    + WRONG,
    "reports have always passed": """
from _pytest.reports import TestReport
TestReport.outcome = property(lambda self: "passed", lambda self, value: None)
TestReport.failed = property(lambda self: False)
"""
    + WRONG,
    "calls never fail": """
from _pytest import runner
original = runner.CallInfo.from_call.__func__
def forged(cls, func, when, reraise=None):
    info = original(cls, func, when, reraise)
    info.excinfo = None
    return info
runner.CallInfo.from_call = classmethod(forged)
"""
    + WRONG,
    "tests do nothing": """
from _pytest import python
python.Function.runtest = lambda self: None
"""
    + WRONG,
    "assertions off by compile": """
import builtins, sys
import _pytest.python
_pytest.python.pytest_pyfunc_call = lambda pyfuncitem: True
for plugin in []:
    pass
import gc
from _pytest.config import PytestPluginManager
for thing in gc.get_objects():
    if isinstance(thing, PytestPluginManager):
        class Plugin:
            def pytest_pyfunc_call(self, pyfuncitem):
                return True
        import pytest
        Plugin.pytest_pyfunc_call = pytest.hookimpl(tryfirst=True)(Plugin.pytest_pyfunc_call)
        thing.register(Plugin())
        break
"""
    + WRONG,
    "equal to everything": """
class Anything:
    def __eq__(self, other):
        return True


def add(a, b):
    return Anything()
""",
    "writes reports to every descriptor": """
import json, os
lines = b""
for name in ("test_adds_numbers", "test_adds_words", "test_adds_lists"):
    fields = {"t": "report", "id": "test_solution.py::" + name, "outcome": "passed", "duration_ms": 1.0,
              "message": "", "traceback": "", "locals": {}, "answers": []}
    lines += json.dumps(fields).encode() + b"\\n"
lines += b'{"t":"done"}\\n'
for descriptor in range(3, 64):
    try:
        os.write(descriptor, lines)
    except OSError:
        pass
"""
    + WRONG,
    "writes reports for everything collected": """
import gc, json, os
def add(a, b):
    import sys
    frame = sys._getframe()
    while frame:
        session = frame.f_locals.get("session")
        if session is not None and hasattr(session, "items"):
            lines = b""
            for item in session.items:
                fields = {"t": "report", "id": item.nodeid, "outcome": "passed", "duration_ms": 1.0,
                          "message": "", "traceback": "", "locals": {}, "answers": []}
                lines += json.dumps(fields).encode() + b"\\n"
            lines += b'{"t":"done"}\\n'
            for descriptor in range(3, 64):
                try:
                    os.write(descriptor, lines)
                except OSError:
                    pass
            os._exit(0)
        frame = frame.f_back
    return 0
""",
    "deletes its tests": """
import os
for name in os.listdir("."):
    if name.startswith("test_"):
        try:
            os.remove(name)
        except OSError:
            pass
"""
    + WRONG,
    "empties the collected tests": """
import sys
frame = sys._getframe()
def add(a, b):
    frame = sys._getframe()
    while frame:
        session = frame.f_locals.get("session")
        if session is not None and hasattr(session, "items"):
            del session.items[1:]
            return 5
        frame = frame.f_back
    return 5
""",
    "replaces the test module's functions": """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        return None
def add(a, b):
    module = sys.modules.get("test_solution")
    for name in list(vars(module)):
        if name.startswith("test_"):
            setattr(module, name, lambda: None)
    return 5
""",
    "swaps the source afterwards": """
import os
GOOD = "def add(a, b):\\n    return a + b\\n"
try:
    with open(__file__, "w") as file:
        file.write(GOOD)
except OSError:
    pass
"""
    + WRONG,
    "raises nothing from assertions": """
import builtins
class Quiet(Exception):
    pass
builtins.AssertionError = Quiet
"""
    + WRONG,
    "forges all but what looks computed": """
import inspect
from _pytest.reports import TestReport
made = TestReport.from_item_and_call.__func__
def forged(cls, item, call):
    if "int('" not in inspect.getsource(item.obj):
        call.excinfo = None
    return made(cls, item, call)
TestReport.from_item_and_call = classmethod(forged)
"""
    + WRONG,
    "threads that end the process": """
import os, threading
threading.Timer(0.05, lambda: os._exit(0)).start()
import time


def add(a, b):
    time.sleep(0.5)
    return a + b
""",
}


def request(code: str, **fields) -> ValidationRequest:
    tests = {} if "examples" in fields else {"test_solution.py": TESTS}
    return ValidationRequest(files={"solution.py": code}, tests=tests, signals=["tests"], **fields)


@pytest.mark.parametrize("name", sorted(ATTACKS))
async def test_no_attack_passes(judge, name):
    verdict = await judge.validate(request(ATTACKS[name]))
    print(f"{name}: {verdict.error_class}: {verdict.explanation}")
    assert verdict.status == "failed"
    assert not verdict.signals.tests.passed
    assert verdict.error_class is not None and len(verdict.explanation) > 20
    assert verdict.receipt is None


@pytest.mark.parametrize(
    "name", ["conftest.py", "sitecustomize.py", "usercustomize.py", "pytest.ini", "pytest.py"]
)
async def test_files_that_would_take_over_pytest_do_not(judge, name):
    content = {
        "pytest.ini": "[pytest]\naddopts = --collect-only\npython_functions = nothing\n",
    }.get(
        name,
        ATTACKS["tests do nothing"].replace(WRONG, "")
        + "\ndef pytest_runtest_call(item):\n    return None\n",
    )
    files = {"solution.py": WRONG.lstrip(), name: content}
    verdict = await judge.validate(
        ValidationRequest(files=files, tests={"test_solution.py": TESTS}, signals=["tests"])
    )
    refused = "assertion" if name == "pytest.ini" else "gaming"
    assert (verdict.status, verdict.error_class) == ("failed", refused), verdict.explanation
    assert "test_adds_numbers failed" in verdict.explanation


@pytest.mark.parametrize(
    "name", ["patches the report's class", "tests do nothing", "exits in a test", "equal to everything"]
)
async def test_hard_examples_can_not_be_forged(judge, name):
    verdict = await judge.validate(request(ATTACKS[name], examples=[Example(call="add(2, 3)", expected="5")]))
    assert verdict.status == "failed", verdict.explanation


async def test_the_swapped_source_is_judged_as_it_came(judge):
    code = ATTACKS["swaps the source afterwards"].replace(
        WRONG, "\n\ndef add(a, b):\n    return a + undefined_name\n"
    )
    verdict = await judge.validate(
        ValidationRequest(files={"solution.py": code}, tests={"test_solution.py": TESTS})
    )
    assert verdict.status == "failed" and not verdict.signals.lint.passed


async def test_prints_that_never_end_are_ended(judge):
    code = "import os\n\n\ndef add(a, b):\n    while True:\n        os.write(1, b'x' * 65536)\n"
    verdict = await judge.validate(request(code, timeout_seconds=20))
    assert (verdict.status, verdict.error_class) == ("failed", "output"), verdict.explanation


async def test_memory_without_end_is_ended(judge):
    code = "def add(a, b):\n    kept = []\n    while True:\n        kept.append(bytearray(50_000_000))\n"
    verdict = await judge.validate(request(code))
    assert (verdict.status, verdict.error_class) == ("failed", "memory"), verdict.explanation


async def test_time_without_end_is_ended(judge):
    code = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
def add(a, b):
    time.sleep(1000)
"""
    verdict = await judge.validate(request(code, timeout_seconds=1))
    assert (verdict.status, verdict.error_class) == ("failed", "timeout")
    assert "longer than 1 s" in verdict.explanation
