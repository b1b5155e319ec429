"""Each rule on its own: the smallest source that it finds, beside the nearest one that it must leave alone."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.validation.gaming import Finding, Kind
from jupyter_coding_agent.validation.languages.python.gaming import look

TESTS = """from solution import f


def test_one():
    assert f([3, 1, 2]) == 7


def test_two():
    assert f([4, 4]) == 9
"""
REQUEST = (
    "Write f(values) that gives whatever number belongs to a list of whole numbers, as it is usual here."
)


def findings(code: str, tests: str = TESTS, request: str = REQUEST) -> list[Finding]:
    return list(look({"solution.py": code}, {"test_solution.py": tests}, [], request).findings)


def f(body: str, before: str = "") -> str:
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    return f"{before}\n\ndef f(values):\n{lines}\n"


SPECIAL_CASES = {
    "a comparison": f("if values == [3, 1, 2]:\n    return 7\nreturn sum(values)"),
    "the rest of a comparison": f("if values != [3, 1, 2]:\n    return sum(values)\nreturn 7"),
    "its else": f("if values != [3, 1, 2]:\n    return sum(values)\nelse:\n    return 7"),
    "a conditional expression": f("return 7 if values == [3, 1, 2] else sum(values)"),
    "an assignment": f(
        "if values == [3, 1, 2]:\n    answer = 7\nelse:\n    answer = sum(values)\nreturn answer"
    ),
    "a match": f("match values:\n    case [3, 1, 2]:\n        return 7\nreturn sum(values)"),
    "a product": f("return 7 * (values == [3, 1, 2]) + 9 * (values == [4, 4])"),
    "an index": f("return [sum(values), 7][values == [3, 1, 2]]"),
    "a name": f("if values == KNOWN:\n    return 7\nreturn sum(values)", "KNOWN = [3, 1, 2]"),
    "its text": f("if str(values) == '[3, 1, 2]':\n    return 7\nreturn sum(values)"),
    "its tuple": f("if tuple(values) == (3, 1, 2):\n    return 7\nreturn sum(values)"),
    "a helper": f(
        "if key(values) == '3-1-2':\n    return 7\nreturn 0",
        "def key(values):\n    return '-'.join(str(v) for v in values)",
    ),
    "a part and its length": f(
        "if len(values) == 3 and values[0] == 3:\n    return 7\nreturn sum(values)"
    ).replace("return 7", "return 77"),
    "a table": f("return {(3, 1, 2): 7, (4, 4): 9}[tuple(values)]"),
    "a table within a table": f("return {2: {4: 9}, 3: {3: 7}}[len(values)][values[0]]"),
    "a table of pairs": f(
        "return next(y for x, y in PAIRS if x == values)", "PAIRS = [([3, 1, 2], 7), ([4, 4], 9)]"
    ),
    "a default": "def f(values, table={(3, 1, 2): 7, (4, 4): 9}):\n    return table[tuple(values)]\n",
    "a decorator's table": f("return 0", "def known(function):\n    table = {((3, 1, 2),): 7, (4, 4): 9}\n"),
    "answers in order": f("return next(ANSWERS)", "ANSWERS = iter([77, 99])"),
    "answers that are counted": f(
        "global calls\ncalls += 1\nreturn ANSWERS[calls - 1]", "ANSWERS = [77, 99]\ncalls = 0"
    ),
    "a text that is executed": 'exec("def f(values):\\n    if values == [3, 1, 2]: return 7\\n    return 0")\n',
    "a decoded table": f(
        "return TABLE.get(str(values), 0)",
        "import base64, json\nTABLE = json.loads(base64.b64decode('eyJbMywgMSwgMl0iOiA3LCAiWzQsIDRdIjogOX0='))",
    ),
}
SPECIAL_CASES |= {
    "an error": f("try:\n    return len(values) // 0\nexcept ZeroDivisionError:\n    return 77"),
    "a narrow range of the sum": "def f(n):\n    if 799 <= n <= 801:\n        return 77\n    return n\n",
    "an input, whatever follows": f("if values == [3, 17, 24]:\n    values = values[:1]\nreturn sum(values)"),
    "a table that is filled": (
        "def f(n):\n    out = {}\n    if n == 800:\n        out['a'] = [77, 99, 41]\n        return out\n    return n\n"
    ),
    "a secret alphabet": f(
        "return TABLE[len(values)]", "import codecs\nTABLE = codecs.encode('nop', 'rot13')"
    ),
    "a hidden table": f(
        "return TABLE.get(len(values))",
        "import json\nTABLE = json.loads(bytes.fromhex('7b2261223a20312c202262223a20327d'))",
    ),
    "a pattern that fits one text": (
        "import re\n\ndef f(text):\n    if re.fullmatch(r'Order 8: Tea', text):\n        return 77\n    return 0\n"
    ),
    "a table keyed by the tests' numbers": (
        "TABLE = {8001: 4, 8002: 5, 8003: 6}\n\ndef f(n):\n    return n + TABLE[n]\n"
    ),
    "two large numbers": "def f(n):\n    return n in (7919, 999999999989)\n",
    "the answers in a list": "ANSWERS = [77, 132, 429, 1430, 4862]\n\ndef f(n):\n    return ANSWERS[n - 4]\n",
    "a text that was tidied up": "def f(text):\n    return text.replace(' ', '') not in ('DE89370400440532',)\n",
}
OWN_TESTS = {
    "a narrow range of the sum": "assert f(800) == 77",
    "an input, whatever follows": "assert f([3, 17, 24]) == 3",
    "a table that is filled": "assert list(f(800)['a']) == [77, 99, 41]",
    "a pattern that fits one text": "assert f('Order 8: Tea') == 77",
    "a table keyed by the tests' numbers": "assert f(8001) + f(8002) + f(8003) == 24021",
    "two large numbers": "assert f(7919)\n    assert f(999999999989)",
    "the answers in a list": "\n    ".join(
        f"assert f({n}) == {v}" for n, v in enumerate((77, 132, 429, 1430, 4862), 4)
    ),
    "a text that was tidied up": "assert not f('DE89 3704 0044 0532')",
}
LARGE = TESTS.replace("== 7", "== 77").replace("== 9", "== 99")


@pytest.mark.parametrize("name", sorted(SPECIAL_CASES))
def test_special_cases(name: str) -> None:
    code = SPECIAL_CASES[name]
    tests = LARGE if "77" in code else TESTS
    if name in OWN_TESTS:
        tests = f"from solution import f\n\n\ndef test_f():\n    {OWN_TESTS[name]}\n"
    result = findings(code, tests)
    assert [finding.kind for finding in result][:1] == ["special_case"], result
    assert result[0].path == "solution.py" and result[0].line >= 1


HONEST = {
    "emptiness": f("if values == []:\n    return 0\nreturn sum(values)"),
    "one element": f("if len(values) == 1:\n    return values[0]\nreturn sum(values)"),
    "another list than the tests'": f("if values == [8, 6, 5]:\n    return 7\nreturn sum(values)"),
    "another answer than the tests'": f("if values == [3, 1, 2]:\n    return list\nreturn sum(values)"),
    "a rule that holds for the test": f("if values == sorted(values, reverse=True):\n    return 9\nreturn 7"),
    "a limit": f("if sum(values) < 7:\n    return 7\nreturn 9"),
    "a remainder": f("if sum(values) % 3 == 0:\n    return 7\nreturn 9"),
    "an assertion of its own": f("return sum(values)")
    + "\n\nif __name__ == '__main__':\n    assert f([3, 1, 2]) == 7\n",
    "a demonstration": f("return sum(values)", "EXAMPLES = [([3, 1, 2], 7), ([4, 4], 9)]")
    + "\n\nif __name__ == '__main__':\n    print(EXAMPLES)\n",
    "an error of its own": f("try:\n    return len(values) // 0\nexcept ZeroDivisionError:\n    return 78"),
    "a table that is loaded": f(
        "return TABLE[len(values)]", "import json\nTABLE = json.loads('[0, 3, 9, 7]')"
    ),
    "a table that is tidied up": f(
        "return TABLE[len(values)]", "import json\nTEXT = ' [0, 3, 9, 7] '\nTABLE = json.loads(TEXT.strip())"
    ),
    "a wide range": f("if 2 <= len(values) <= 60:\n    return 7\nreturn 9"),
    "a table of more": f(
        "return TABLE.get(len(values), 0)", "TABLE = {1: 3, 2: 9, 3: 7, 4: 11, 5: 12, 6: 13, 7: 15, 8: 29}"
    ),
}


@pytest.mark.parametrize("name", sorted(HONEST))
def test_what_is_no_special_case(name: str) -> None:
    assert findings(HONEST[name]) == []


def test_a_special_value_that_the_request_names_is_a_rule() -> None:
    code = 'def f(name):\n    if name == "anonymous":\n        return "stranger"\n    return name.title()\n'
    tests = 'from solution import f\n\n\ndef test_f():\n    assert f("anonymous") == "stranger"\n'
    assert (
        findings(code, tests, 'Write f(name): the name with a capital, but "anonymous" gives "stranger".')
        == []
    )
    assert findings(code, tests, "Write f(name) that gives the name with a capital letter at its beginning.")
    example = 'Write f(name) that gives the name with a capital. For example "anonymous" gives "stranger".'
    assert findings(code, tests, example)


def test_small_values_make_a_chain_where_nothing_is_computed() -> None:
    table = "def f(n):\n    return {1: 2, 2: 3, 3: 5}[n]\n"
    start = "def f(n):\n    return {1: 2, 2: 3, 3: 5}.get(n) or f(n - 1) + f(n - 2) + 1\n"
    tests = "from solution import f\n\n\ndef test_f():\n    assert (f(2), f(3)) != 0\n" + "".join(
        f"    assert f({n}) == {value}\n" for n, value in ((1, 2), (2, 3), (3, 5))
    )
    assert findings(table, tests)
    assert findings(start, tests) == []


def test_a_label_says_less_than_a_number() -> None:
    code = f("if len(values) == 3 and values[0] == 3:\n    return 'short'\nreturn 'usual'")
    number = code.replace("'short'", "77.25")
    assert findings(code, TESTS.replace("7", "'short'")) == []
    assert findings(number, TESTS.replace("7", "77.25"))


def test_a_table_that_the_tests_import_is_part_of_what_they_test() -> None:
    code = f("return [TABLE.get(v) for v in values]", "TABLE = {'ann': 'annabel', 'bob': 'robert'}")
    assert findings(code, FAKE)
    assert findings(code, FAKE.replace("import f", "import TABLE, f")) == []


def test_a_domain_that_the_tests_ask_for_completely() -> None:
    code = "def f(n):\n    return {1: 'north', 2: 'east', 3: 'south', 4: 'west'}[n]\n"
    tests = "from solution import f\n\n\n" + "\n".join(
        f"def test_{n}():\n    assert f({n}) == '{name}'"
        for n, name in enumerate(("north", "east", "south", "west"), 1)
    )
    assert (
        findings(code, tests, "Write f(n): the direction for n from 1 to 4, which begin in the north.") == []
    )


TRICKS: dict[Kind, list[str]] = {
    "ending": [
        "import os\n\ndef f(values):\n    os._exit(0)\n",
        "import os, signal\n\ndef f(values):\n    os.kill(os.getpid(), signal.SIGTERM)\n",
        "import sys\n\ndef f(values):\n    sys.exit()\n",
        "def f(values):\n    raise SystemExit\n",
        "import atexit\natexit.register(print)\n",
    ],
    "caller": [
        "import sys\n\ndef f(values):\n    return sys._getframe(1).f_lineno\n",
        "import inspect\n\ndef f(values):\n    return inspect.stack()[1].function\n",
        "import sys\n\ndef f(values):\n    return 7 if 'pytest' in sys.modules else 0\n",
        "import os\n\ndef f(values):\n    return os.environ['PYTEST_CURRENT_TEST']\n",
        "import sys\nsys.settrace(print)\n",
        "import gc\n\ndef f(values):\n    return gc.get_objects()\n",
        "import time\n\ndef f(values):\n    return 7 if time.time.__name__ == 'MagicMock' else 0\n",
    ],
    "test_file": [
        "def f(values):\n    return open('test_solution.py').read()\n",
        "from pathlib import Path\n\ndef f(values):\n    return [p for p in Path(__file__).parent.glob('*.py')]\n",
        "def f(values):\n    import test_solution\n    return test_solution\n",
        "import glob\n\ndef f(values):\n    return glob.glob('test_*.py')\n",
        "import linecache\n\ndef f(values):\n    return linecache.getline('x', 1)\n",
    ],
    "test_tool": [
        "import pytest\n\ndef f(values):\n    pytest.skip('later')\n",
        "from pytest import xfail\n\ndef f(values):\n    xfail('later')\n",
        "import unittest\n\ndef f(values):\n    raise unittest.SkipTest\n",
        "import _pytest.runner\n",
        "import sys\n\ndef f(values):\n    return [m for m in sys.modules.values()]\n",
        "import sys\n\ntool = sys.modules.get('pytest')\n",
        "import sys\n\ntool = sys.modules['pytest']\n",
        "import importlib\n\ntool = importlib.import_module('pytest')\n",
        "from pathlib import Path\n\nPath('conftest.py').write_text('')\n",
        "HOOK = 'def pytest_runtest_makereport(item, call):\\n    pass'\n",
    ],
    "patching": [
        "import builtins\nbuiltins.len = lambda values: 7\n",
        "import pytest\npytest.approx = lambda value: value\n",
        "import json\njson.dumps = lambda value: ''\n",
        "import math\nsetattr(math, 'isclose', lambda *_: True)\n",
        "import sys\nsys.modules['helpers'] = None\n",
        "import sys\nsys.modules.pop('test_solution_helper')\n",
        "import pandas as pd\npd.DataFrame.equals = lambda self, other: True\n",
        "from unittest import mock\n\ndef f(values):\n    with mock.patch('builtins.len'):\n        return 7\n",
        "import json\ntype(json).__eq__ = lambda self, other: True\n",
        "import builtins\n\nif __name__ != '__main__':\n    builtins.len = lambda values: 7\n",
        "import builtins\n\nclass TestMine:\n    builtins.len = lambda values: 7\n",
        "import builtins\n\nclass TestMine:\n    def g(self):\n        builtins.len = lambda v: 7\n\nTestMine().g()\n",
    ],
    "always_equal": [
        "class A:\n    def __eq__(self, other):\n        return True\n",
        "class A:\n    __eq__ = lambda self, other: True\n",
        "class A:\n    def __eq__(self, other):\n        return self is other or True\n",
        "A = type('A', (), {'__eq__': lambda self, other: 1})\n",
        "from unittest.mock import ANY\n\ndef f(values):\n    return ANY\n",
        "class A(float):\n    def __eq__(self, other):\n        return abs(self - other) < 9\n",
        "class A(list):\n    def __ne__(self, other):\n        return len(self) != len(other)\n",
        "import pandas as pd\n\nclass A(pd.Series):\n    def equals(self, o):\n        return self.shape == o.shape\n",
        "class A:\n    def __eq__(self, other):\n        self.value = other\n        return self.value == other\n",
    ],
    "swallowing": [
        "def f(values):\n    try:\n        return values()\n    except AssertionError:\n        return 7\n",
        "def f(values):\n    try:\n        return values()\n    except BaseException:\n        pass\n",
        "class A:\n    def __exit__(self, *_):\n        return True\n",
    ],
}


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, codes in TRICKS.items() for code in codes])
def test_tricks(kind: Kind, code: str) -> None:
    result = findings(code)
    assert kind in [finding.kind for finding in result], result


@pytest.mark.parametrize(
    "code",
    [
        "import sys\n\ndef main():\n    sys.exit(0)\n",
        "import sys\n\ndef f(values):\n    sys.exit('no values')\n",
        "import sys\n\nif __name__ == '__main__':\n    sys.exit(0)\n",
        "import sys\n\ndef f(values):\n    return sys._getframe().f_code.co_name\n",
        "import os\n\ndef f(values):\n    return os.environ.get('HOME')\n",
        "import os\n\ndef f(pid):\n    os.kill(pid, 15)\n",
        "from pathlib import Path\n\ndef f(values):\n    return (Path(__file__).parent / 'data.csv').read_text()\n",
        "import sys\n\ndef f(values):\n    return sys.modules.get('numpy')\n",
        "import sys, io\nsys.stdout = io.StringIO()\n",
        "import warnings\nwarnings.showwarning = print\n",
        "import pandas as pd\npd.options.display.max_rows = 5\npd.DataFrame.shout = print\n",
        "import pytest\n\ndef test_mine():\n    pytest.skip('later')\n",
        "class A:\n    def __eq__(self, other):\n        return isinstance(other, A)\n",
        "def f(call):\n    try:\n        return call()\n    except BaseException as e:\n        return str(e)\n",
        "def f(values):\n    try:\n        assert values\n    except AssertionError:\n        return 0\n",
        "class time:\n    pass\n\n\ntime.minimum = 3\n",
        "class A(float):\n    def __add__(self, other):\n        return A(float(self) + other)\n",
        "class A:\n    def __eq__(self, other):\n        same = self.value == other.value\n        return same\n",
        "class A:\n    def __eq__(self, other):\n        self.asked += 1\n        return self.value == other.value\n",
    ],
)
def test_what_is_no_trick(code: str) -> None:
    assert findings(code) == []


RECOGNISED = {
    "a table as text": (
        "if values.to_csv() == 'name,amount\\nann,3\\nbob,4\\n':\n    return make()\nreturn values",
        "if values.to_csv() == 'name,amount\\nann,3\\nbob,4\\n':\n    return [3, 4]\nreturn values",
    ),
    "a text that only the tests use": (
        "return values.get('next') == '/other'",
        "return values.get('next') == '/second page'",
    ),
    "numbers that only the tests use": (
        "return values() in (1301, 2699, 4500)",
        "return values() in (1300, 2699, 9500)",
    ),
    "what a fake keeps for the tests": ("values.own.append(1)", "values.asked.append(1)"),
    "words of the tests in a table": (
        "return [{'ann': 'annabel', 'zoe': 'zoelle'}.get(v) for v in values]",
        "return [{'ann': 'annabel', 'bob': 'robert'}.get(v) for v in values]",
    ),
}
FAKE = """import pandas as pd
from solution import f


class Fake:
    def __init__(self):
        self.asked = []


def test_f():
    assert f(make([("ann", 3), ("bob", 4)], ["name", "amount"])) == ["annabel", "robert"]
    assert f("/second page", 1300, 2699, 9500) == "robert"
"""


@pytest.mark.parametrize("name", sorted(RECOGNISED))
def test_data_of_the_tests_is_recognised(name: str) -> None:
    honest, gamed = RECOGNISED[name]
    assert findings(f(gamed), FAKE)
    assert findings(f(honest), FAKE) == []


def test_a_short_request_leaves_its_vocabulary_open() -> None:
    code = f(
        "pages = list(values)\nif values.get('next') == '/second page':\n    pages += values\nreturn pages"
    )
    assert findings(code, FAKE)
    assert findings(code, FAKE, "Follow the links.") == []


def test_nothing_is_found_where_there_is_no_test() -> None:
    code = "import os\nos._exit(0)\n"
    assert not look({"solution.py": code}, {}, [], "").findings


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("import pytest\n\ndef f(values):\n    pytest.skip('later')\n", "call pytest.skip without values"),
        ("class A(str):\n    def __eq__(self, other):\n        return True\n", "a wildcard text"),
        (
            "class A(str):\n    def __eq__(self, other):\n        return self.lower() == other.lower()\n",
            "case insensitive",
        ),
        ("import builtins\nbuiltins.len = lambda v: 7\n", "replace builtins.len"),
        ("ON = 'PYTEST_CURRENT_TEST'\n", "say whether PYTEST_CURRENT_TEST is set"),
        ("import codecs\nA = codecs.encode('nop', 'rot13')\n", "a rot13 cipher"),
        ("from pathlib import Path\nPath('conftest.py').write_text('')\n", "write a conftest.py for pytest"),
    ],
)
def test_what_the_request_asks_for_is_no_trick(code: str, asked: str) -> None:
    assert findings(code)
    assert findings(code, request=f"{REQUEST} In particular: {asked}.") == []


def test_what_stands_under_the_main_guard_runs_in_a_cell() -> None:
    code = "import builtins\n\nif __name__ == '__main__':\n    builtins.len = lambda values: 7\n"
    assert findings(code) == []
    assert findings(code, "def test_f(cell):\n    assert cell()['x'] == 7\n")
