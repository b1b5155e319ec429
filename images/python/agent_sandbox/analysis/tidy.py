"""Formatting: what a tool can mend is mended before anything is judged."""

import black

_MODE = black.Mode(line_length=88, target_versions={black.TargetVersion.PY311})
_CELL_MODE = black.Mode(line_length=88, target_versions={black.TargetVersion.PY311}, is_ipynb=True)


def tidied(path, data, is_notebook):
    """The formatted bytes; the bytes as they were where they can't be parsed or are not UTF-8 Python."""
    if not path.endswith(".py"):
        return data
    try:
        text = data.decode("utf-8")
        return _formatted(text, is_notebook).encode("utf-8")
    except (black.NothingChanged, black.InvalidInput, UnicodeError, ValueError, SyntaxError, RecursionError):
        return data


def _formatted(text, is_notebook):
    if not text.strip():
        return text
    if is_notebook:
        try:
            return black.format_cell(text, fast=True, mode=_CELL_MODE).rstrip("\n") + "\n"
        except (ImportError, black.NothingChanged):
            return text
    return black.format_file_contents(text, fast=True, mode=_MODE)
