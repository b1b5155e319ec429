"""All the static tools, loaded once, and what a request asks of them."""

import importlib.metadata
import re
import sys

from .. import wire
from . import effects, tidy
from .lint import Linter
from .security import SecurityScanner
from .source import Source
from .statements import statements

_EXAMPLE = b'''"""Doc."""
import os, subprocess
import pandas as pd


class Thing:
    def method(self, value: int) -> str:
        for item in range(value):
            with open("data.csv") as file:
                yield file.read(), f"{item!r}", undefined
        subprocess.run("ls", shell=True)


frame = pd.read_csv("x.csv")
'''


# The tools walk trees by recursion, and a sum of two thousand terms is no attack.
RECURSION_LIMIT = 20_000


class Toolbox:
    """`work(request)` answers one request of the wire."""

    def __init__(self):
        sys.setrecursionlimit(RECURSION_LIMIT)
        self._linter = Linter()
        self._scanner = SecurityScanner()

    def work(self, request):
        """The analysis as a dict in the shape of ``runner.models.Analysis`` (bytes as base64)."""
        files = {path: wire.decode(text) for path, text in request["files"].items()}
        notebooks = frozenset(request.get("notebook", ()))
        if request["op"] == "tidy":
            done = {
                path: wire.encode(tidy.tidied(path, data, path in notebooks)) for path, data in files.items()
            }
            return {"tidied": done}
        if request.get("packages"):
            return {"packages": installed()}
        return self._analyze(files, notebooks, frozenset(request.get("known_names", ())))

    def rehearse(self):
        """Work on a small file as on any other."""
        self._analyze({"warm.py": _EXAMPLE}, frozenset(), frozenset())

    def warm_up(self):
        """Run everything once, so that what the tools load late is there when a request comes."""
        files = {"warm.py": _EXAMPLE, "broken.py": b"def (:"}
        self._analyze(files, frozenset(), frozenset())
        self._analyze(
            {"cell.py": b"%matplotlib inline\nimport os\nos.getcwd()\n"}, frozenset(("cell.py",)), frozenset()
        )
        tidy.tidied("warm.py", _EXAMPLE, False)
        tidy.tidied("warm.py", b"%time x = 1\nprint( x )", True)

    def _analyze(self, files, notebooks, known_names):
        lint, security, seen, imports, counted, broken = [], [], [], set(), {}, {}
        own_modules = frozenset(path.partition("/")[0].removesuffix(".py") for path in files)
        for path, data in files.items():
            if not path.endswith(".py"):
                continue
            source = Source(path, data, path in notebooks)
            if source.problem is not None:
                broken[path] = source.problem
            lint += self._linter.findings(source, known_names)
            security += self._scanner.findings(source)
            if source.tree is not None:
                found = effects.Effects(source, own_modules)
                seen += found.events
                imports |= found.imports
                counted[path] = statements(source)
        return {
            "lint": lint,
            "security": security,
            "effects": seen,
            "statements": counted,
            "imports": sorted(imports),
            "syntax_errors": broken,
        }


def installed():
    """Normalised name of a distribution → its version."""
    found = {}
    for distribution in importlib.metadata.distributions():
        if distribution.name:
            name = re.sub(r"[-_.]+", "-", distribution.name).lower()
            found.setdefault(name, distribution.version)
    return found
