"""Running a notebook cell as a notebook would, in a fresh namespace."""

import ast
import asyncio
import builtins
import inspect
import sys
import types
from collections.abc import Mapping

from . import magics, notebook, sources
from .tee import Tee


class CellResult(Mapping):
    """What a run of the cell left: ``result["name"]``, `namespace`, `stdout`, `displayed` (also figures)."""

    def __init__(self, namespace, stdout, displayed):
        self.namespace = namespace
        self.stdout = stdout
        self.displayed = displayed

    def __getitem__(self, name):
        return self.namespace[name]

    def __iter__(self):
        return (name for name in self.namespace if not name.startswith("__"))

    def __len__(self):
        return sum(1 for _ in self)

    def __repr__(self):
        return f"CellResult({', '.join(list(self)[:20])})"


class CellRunner:
    """The `cell` fixture: each call runs the file's source once.

    `before` is what it finds in its notebook, or None. `begins` is told the path before each run, each listener
    the namespace that it left and what it displayed.
    """

    def __init__(self, path, before, begins, *listeners):
        self._path = path
        self._before = before
        self._begins = begins
        self._listeners = listeners
        self._code = None
        self._main = sys.modules.get("__main__")

    def __call__(self, **inputs):
        """Run the cell in its notebook, these names defined over it. Raises whatever the cell raises."""
        if self._code is None:
            self._code = compiled(self._path)
        # Pickle, dataclasses and `import __main__` look the cell's module up by its name.
        module = types.ModuleType("__main__")
        module.__file__ = self._path
        sys.modules["__main__"] = module
        namespace = module.__dict__
        displayed = []
        printed = Tee(sys.stdout)
        self._define_notebook_names(namespace, displayed)
        if self._before is not None:
            self._before.fill(namespace)
            displayed.clear()
        namespace.update(inputs)
        before = _figures()
        sys.stdout = printed
        self._begins(self._path)
        try:
            self._run(namespace, displayed)
        except NameError as error:
            if self._before is None or self._before.cause(error) is error:
                raise
            raise self._before.cause(error) from error
        finally:
            sys.stdout = printed.through
        displayed += [
            figure for figure in _figures() if not any(figure is known for known in before + displayed)
        ]
        for listener in self._listeners:
            listener(namespace, displayed)
        return CellResult(namespace, printed.getvalue(), displayed)

    def close(self):
        """Forget what a notebook would keep: figures, and the cell's place as ``__main__``."""
        sys.modules["__main__"] = self._main
        if _figures():
            sys.modules["matplotlib.pyplot"].close("all")

    def _run(self, namespace, displayed):
        body, last = self._code
        for code in (body, last):
            if code is None:
                continue
            value = eval(code, namespace)
            if code.co_flags & inspect.CO_COROUTINE:
                value = asyncio.run(value)
            if code is last and value is not None:
                displayed.append(value)
                namespace["_"] = value

    @staticmethod
    def _define_notebook_names(namespace, displayed):
        magics.install(namespace)
        define_display(displayed)


def define_display(displayed):
    """Make ``display`` known everywhere, as IPython does: what it is given goes to the list."""

    def display(*values, **_options):
        displayed.extend(values)

    builtins.display = display
    shown = sys.modules.get("IPython.display")
    if shown is not None:
        shown.display = display


def compiled(path):
    """The code of a cell's statements, and of the expression at its end that a notebook shows (or None)."""
    source = sources.read(path)
    if b"IPython" in source:
        import IPython.display  # noqa: F401 - so that the cell's own import finds our `display`
    quiet = source.rstrip().endswith(b";")
    tree = compile(notebook.to_python(source), path, "exec", ast.PyCF_ONLY_AST)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not quiet:
        last = _code(ast.Expression(tree.body.pop().value), path, "eval")
    return _code(tree, path, "exec"), last


def _code(tree, path, mode):
    return compile(tree, path, mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def _figures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    return [] if pyplot is None else [pyplot.figure(number) for number in pyplot.get_fignums()]
