"""Notebook source: IPython's magics turned into plain Python, line for line."""

import re

_MAYBE_MAGIC = re.compile(rb"^\s*(?:[%!?]|[\w.]+\?|.*=\s*[%!])|^.*\?\s*$", re.MULTILINE)


def to_python(source):
    """The bytes of a notebook cell as plain Python (str or bytes, ready for `compile`).

    Only what can hold a magic pays for IPython's transformer. Raises SyntaxError where a magic can't be understood.
    """
    if not _MAYBE_MAGIC.search(source):
        return source
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError:
        return source
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(text)
