"""Effects that the source tells of."""

from __future__ import annotations

import pytest
from agent_sandbox.analysis.effects import Effects
from agent_sandbox.analysis.source import Source


def effects(text: str, **options: object) -> set[tuple[str, str]]:
    source = Source("solution.py", text.encode(), False)
    return {(event["kind"], event["target"]) for event in Effects(source, **options).events}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("open('a.txt')", {("read", "a.txt")}),
        ("open('a.txt', 'w')", {("write", "a.txt")}),
        ("open('a.txt', mode='ab')", {("write", "a.txt")}),
        ("NAME = 'b.txt'\nopen(NAME)", {("read", "b.txt")}),
        ("open(f'out-{n}.txt', 'x')", {("write", "out-{}.txt")}),
        ("open(given)", {("read", "<computed>")}),
        ("from pathlib import Path\nPath('a').read_text()", {("read", "a")}),
        ("from pathlib import Path\n(Path('a') / 'b').write_text('x')", {("write", "a/b")}),
        ("from pathlib import Path\nPath('a').open('w')", {("write", "a")}),
        ("from pathlib import Path\nPath('a').unlink()", {("delete", "a")}),
        ("import os\nos.remove('x')", {("delete", "x")}),
        ("from os import remove as gone\ngone('x')", {("delete", "x")}),
        ("import shutil\nshutil.rmtree('x')", {("delete", "x")}),
        ("import pandas as pd\npd.read_csv('a.csv')", {("import", "pandas"), ("read", "a.csv")}),
        ("import pandas as p\np.read_csv('https://h.org/a')", {("import", "pandas"), ("network", "h.org")}),
        ("frame.to_csv('out.csv')", {("write", "out.csv")}),
        ("frame.to_csv()", set()),
        ("figure.savefig('p.png')", {("write", "p.png")}),
        ("import numpy as np\nnp.save('a.npy', x)", {("import", "numpy"), ("write", "a.npy")}),
        ("import requests\nrequests.get('https://a.b/c')", {("import", "requests"), ("network", "a.b")}),
        ("client.post('http://a.b:80/c')", {("network", "a.b")}),
        ("cache.get('key')", set()),
        ("import urllib.request as u\nu.urlopen('http://a.b')", {("network", "a.b")}),
        ("import socket\ns = socket.socket()\ns.connect(('a.b', 80))", {("network", "a.b")}),
        ("import subprocess\nsubprocess.run(['ls', '-l'])", {("process", "ls -l")}),
        ("import subprocess\nsubprocess.PIPE", set()),
        ("import os\nos.system('ls')", {("process", "ls")}),
        ("import os\nos.environ['KEY']\nos.getenv('B')\nos.environ.get('C')", {
            ("environment", "KEY"), ("environment", "B"), ("environment", "C"),
        }),
        ("import helpers, json", {("import", "helpers")}),
    ],
)  # fmt: skip
def test_found_in_the_source(text: str, expected: set[tuple[str, str]]) -> None:
    assert effects(text) == expected


def test_the_jobs_own_modules_are_no_imports() -> None:
    assert effects("import helpers\nimport other", own_modules=frozenset({"helpers"})) == {
        ("import", "other")
    }


def test_where_it_stands() -> None:
    source = Source("a/b.py", b"x = 1\nopen('c')\n", False)
    assert Effects(source).events == [
        {"kind": "read", "target": "c", "path": "a/b.py", "line": 2, "seen": "source"}
    ]


def test_a_declared_encoding_cannot_hide_code_from_the_other_tools() -> None:
    hidden = "import os\nos.system('ls')\n".encode("utf-7")
    source = Source("solution.py", b"# -*- coding: utf-7 -*-\n" + hidden, False)
    assert {event["target"] for event in Effects(source).events} == {"ls"}
    assert "coding" not in source.text
