"""Test files that the host writes: hard examples, and the plain run of code that has no tests."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from ....core import syntax
from ...models import Example
from .source import parse

NOTEBOOK_TEST_NAME = "test_runs_in_the_notebook"
NOTEBOOK_TEST = f"def {NOTEBOOK_TEST_NAME}(cell):\n    cell()\n"


def example_tests(examples: Sequence[Example], files: Mapping[str, str], cell: str | None) -> str:
    """One test per example that hands the call's value to the `answer` fixture; it holds no expected value.

    Names that a file defines are imported from it; where the call needs others, the cell is run and the call
    evaluated in its namespace.
    """
    owners = _owners(files)
    return "\n\n".join(_example(number, example, owners, cell) for number, example in enumerate(examples, 1))


def _example(number: int, example: Example, owners: Mapping[str, str], cell: str | None) -> str:
    call = ast.unparse(syntax.parse(example.call.strip(), mode="eval"))
    used = {node.id for node in ast.walk(syntax.parse(call, mode="eval")) if isinstance(node, ast.Name)}
    imports = "".join(f"    from {owners[name]} import {name}\n" for name in sorted(used & set(owners)))
    if cell is not None and not imports:
        return f"def test_example_{number}(cell, answer):\n    answer(eval({call!r}, cell().namespace))\n"
    hand_in = "answer"
    while hand_in in used:  # the code under test may have a function of the fixture's name
        hand_in += "_"
    kept = "" if hand_in == "answer" else f"    {hand_in} = answer\n"
    return f"def test_example_{number}(answer):\n{kept}{imports}    {hand_in}({call})\n"


def _owners(files: Mapping[str, str]) -> dict[str, str]:
    """Name that a file binds at its top level → the module that the file is."""
    owners: dict[str, str] = {}
    for path, text in files.items():
        if not path.endswith(".py") or not all(part.isidentifier() for part in path[:-3].split("/")):
            continue
        tree = parse(text)
        for node in tree.body if tree else []:
            for name in _bound(node):
                owners.setdefault(name, path[:-3].replace("/", "."))
    return owners


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names if alias.name != "*"]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def run_tests(paths: Sequence[str], cell: str | None) -> tuple[str, list[str]]:
    """Source that runs each file once as a program, and the functions' names in order.

    Modules of a package are imported instead: they could not find their siblings as a program.
    """
    packages = {path.rpartition("/")[0] for path in paths if path.endswith("/__init__.py")}
    functions, names = [], []
    for number, path in enumerate(paths, 1):
        name = f"test_run_{number}"
        program = f"    monkeypatch.setattr('sys.argv', [{path!r}])\n"
        if path == cell:
            functions.append(f"def {name}(cell, monkeypatch):\n{program}    cell()\n")
        elif path.rpartition("/")[0] in packages:
            module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            functions.append(
                f"def {name}():\n    import importlib\n    importlib.import_module({module!r})\n"
            )
        else:
            functions.append(
                f"def {name}(monkeypatch):\n    import os\n    import runpy\n{program}"
                f"    runpy.run_path(os.path.abspath({path!r}), run_name='__main__')\n"
            )
        names.append(name)
    return "\n\n".join(functions), names
