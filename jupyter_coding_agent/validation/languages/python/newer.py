"""Does code need a newer Python than the kernel it is meant for? Asked of vermin, which only parses."""

from __future__ import annotations

import ast
import hashlib
import re
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping

from ....core import syntax
from .source import PARSE_ERRORS, without_magics

_LARGEST = 200_000
_REMEMBERED = 512
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError"}
_REQUIRES = re.compile(
    r"^(?:L(?P<line>\d+)[^:]*: )?(?P<what>.+?) requires? (?:[!~]?\d[\d.]*|!2), (?P<version>3\.\d+)$"
)

Version = tuple[int, int]
Needs = tuple[Version | None, list[tuple[Version, str, int]]]
"""The minimum (None: unknown), and what needs which version in which line."""

_cache: OrderedDict[str, Needs] = OrderedDict()
_lock = threading.Lock()


def newer_than(sources: Mapping[str, str], version: str) -> str:
    """A sentence that names what needs a newer Python than `version` ("3.11"); empty where nothing does."""
    kernel = _version(version)
    for path, text in sources.items():
        if not path.endswith(".py") or len(text) > _LARGEST:
            continue
        minimum, needs = _minimum(text)
        if minimum is None or minimum <= kernel:
            continue
        culprits = sorted(((need, line, what) for need, what, line in needs if need > kernel), reverse=True)
        because = ""
        if culprits:
            _, line, what = culprits[0]
            because = f" (for {what}{f' in line {line}' if line else ''})"
        return (
            f"{path} needs Python {minimum[0]}.{minimum[1]}{because}, but the kernel it is meant for runs "
            f"{kernel[0]}.{kernel[1]}."
        )
    return ""


def _version(text: str) -> Version:
    major, minor = text.split(".")[:2]
    return int(major), int(minor)


def _minimum(text: str) -> Needs:
    key = hashlib.sha256(text.encode()).hexdigest()
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    found = _measure(text)
    with _lock:
        _cache[key] = found
        if len(_cache) > _REMEMBERED:
            _cache.popitem(last=False)
    return found


def _measure(text: str) -> Needs:
    text = without_magics(text)
    try:
        tree = syntax.parse(text)
    except SyntaxError as error:
        return _unparsable(error)
    except PARSE_ERRORS:
        return None, []
    import vermin

    config = vermin.Config()
    config.set_verbose(3)
    config.set_ignore_incomp(True)
    try:
        with syntax.ONE_AT_A_TIME:
            visitor = vermin.visit(_without_fallbacks(text, tree), config)
        if not isinstance(visitor, vermin.SourceVisitor):
            return None, []
        minimum = visitor.minimum_versions()[1]
        lines = visitor.output_text().splitlines()
    except (*PARSE_ERRORS, vermin.InvalidVersionException, AttributeError, TypeError, KeyError, IndexError):
        return None, []  # vermin could not make sense of it: not known to need anything newer
    needs = []
    for line in lines:
        match = _REQUIRES.match(line.strip())
        if match:
            needs.append((_version(match["version"]), match["what"].strip(), int(match["line"] or 0)))
    return (minimum[0], minimum[1]) if isinstance(minimum, tuple) and minimum[0] == 3 else None, needs


def _unparsable(error: SyntaxError) -> Needs:
    """What this host's Python can't parse is broken or newer; the analysis container knows which."""
    newer = (3, sys.version_info.minor + 1)
    return newer, [(newer, "syntax that older ones don't know", error.lineno or 0)]


def _without_fallbacks(text: str, tree: ast.Module) -> str:
    """The source without what only newer versions do: guarded imports, tests of ``sys.version_info``."""
    lines = text.split("\n")
    guarded: list[ast.stmt]
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(_is_fallback(handler) for handler in node.handlers):
            guarded = [child for child in node.body if isinstance(child, ast.Import | ast.ImportFrom)]
        elif isinstance(node, ast.If) and "version_info" in ast.dump(node.test):
            guarded = [*node.body, *node.orelse]
        else:
            continue
        for statement in guarded:
            first, last = statement.lineno, statement.end_lineno or statement.lineno
            indent = " " * statement.col_offset
            lines[first - 1 : last] = [f"{indent}pass"] * (last - first + 1)
    changed = "\n".join(lines)
    try:
        syntax.parse(changed)
    except PARSE_ERRORS:
        return text
    return changed


def _is_fallback(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(node, ast.Name) and node.id in _IMPORT_ERRORS for node in ast.walk(handler.type))
