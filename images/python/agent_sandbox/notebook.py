"""Notebook source: IPython's magics turned into plain Python, line for line."""

import ast
import functools
import importlib.util
import os
import re
import sys
import types
import warnings

_MAYBE_MAGIC = re.compile(rb"^[ \t]*[%!?,;/]|=[ \t]*[%!]|\?[ \t]*$", re.MULTILINE)
# These only time or hide what the rest of the cell does.
_TRANSPARENT = re.compile(r"\A(\s*)(%%(?:time|timeit|capture|prun)\b)", re.ASCII)


def to_python(source):
    """The bytes of a notebook cell as plain Python: str where something was transformed, else the same bytes.

    What is Python already is left alone. Raises SyntaxError where a magic can't be understood.
    """
    if not _MAYBE_MAGIC.search(source) or _is_python(source):
        return source
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return source
    text = _TRANSPARENT.sub(r"\1# \2", text)
    body = text.lstrip("\n")
    # The transformer drops leading empty lines, and every finding and traceback counts lines.
    return "\n" * (len(text) - len(body)) + _transformer().transform_cell(body)


def _is_python(source):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@functools.cache
def _transformer():
    """IPython's transformer without IPython, which takes hundreds of modules and a good part of a second."""
    if "IPython" in sys.modules:
        from IPython.core.inputtransformer2 import TransformerManager

        return TransformerManager()
    root = os.path.dirname(importlib.util.find_spec("IPython").origin)
    before = set(sys.modules)
    for name in ("IPython", "IPython.core", "IPython.utils"):
        package = types.ModuleType(name)
        package.__path__ = [root + name.removeprefix("IPython").replace(".", "/")]
        sys.modules[name] = package
    try:
        from IPython.core.inputtransformer2 import TransformerManager
    finally:
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == "IPython":
                del sys.modules[name]
    return TransformerManager()
