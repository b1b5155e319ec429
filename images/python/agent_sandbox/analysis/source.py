"""A source file as the tools see it: decoded, magics turned into Python, parsed once."""

import ast
import io
import re
import tokenize
import warnings

from .. import notebook

_DECLARATION = re.compile(r"\A((?:[^\n]*\n)?[ \t\f]*#[^\n]*?)coding(?=[:=])")


class Source:
    """One file. `text` is plain Python; `tree` is None where it can't be parsed, and `problem` says why."""

    def __init__(self, path, data, is_notebook):
        self.path = path
        self.is_notebook = is_notebook
        self.text = ""
        self.tree = None
        self.problem = None
        self.line = 1
        self.column = 0
        try:
            python = notebook.to_python(data) if is_notebook else data
            self.text = python if isinstance(python, str) else _decoded(python)
            self.tree = self._parsed()
        except SyntaxError as error:
            self.line, self.column = error.lineno or 1, error.offset or 0
            self.problem = f"line {error.lineno or 1}: {error.msg}"
        except (ValueError, RecursionError, MemoryError, OverflowError) as error:
            self.problem = str(error) or "too deeply nested to be parsed"

    @property
    def lines(self):
        """The lines with their ends."""
        return list(io.StringIO(self.text))

    def _parsed(self):
        with warnings.catch_warnings():
            # Invalid escapes are the linter's to tell.
            warnings.simplefilter("ignore")
            tree = ast.parse(self.text, self.path)
            # What only the compiler notices: `return` outside a function, a name that is global too late.
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if self.is_notebook else 0
            compile(self.text, self.path, "exec", flags, dont_inherit=True)
        return tree


def _decoded(data):
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = io.StringIO(data.decode(encoding), newline=None).read()
    # Decoded once: no tool may decode it again by its declaration and see another program.
    return _DECLARATION.sub(r"\1cod1ng", text)
