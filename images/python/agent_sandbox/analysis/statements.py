"""The lines that coverage counts."""

import ast

from coverage.exceptions import CoverageException
from coverage.parser import PythonParser

_EXCLUDED = r"#\s*(pragma|PRAGMA)[:\s]?\s*(no|NO)\s*(cover|COVER)"


def statements(source):
    """Sorted first lines of the file's statements, without those marked ``# pragma: no cover``."""
    if source.tree is None:
        return []
    parser = PythonParser(text=source.text, filename=source.path, exclude=_EXCLUDED)
    try:
        parser.parse_source()
    except CoverageException:
        # Top-level `await` compiles only in a notebook.
        return sorted({node.lineno for node in _statement_nodes(source.tree)})
    return sorted(parser.statements)


def _statement_nodes(tree):
    return (node for node in ast.walk(tree) if isinstance(node, ast.stmt))
