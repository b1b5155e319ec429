"""A gamed solution made on the spot: code that answers what given tests expect, and only for their inputs."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tests.evaluation.reading import Shown
from tests.evaluation.tasks import RAISES, Task


def special_cased(code: str, task: Task, tests: Sequence[Shown]) -> str | None:
    """The code with a special case per test, or None where one can't be written.

    It can where the call goes straight to a function of the code with literals, or names that the setup binds to
    literals.
    """
    tree = ast.parse(code)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for shown in reversed(tests):
        case = _case(functions, task, shown)
        if case is None:
            return None
        function, branch = case
        after_docstring = 1 if ast.get_docstring(function) is not None else 0
        function.body.insert(after_docstring, branch)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _case(
    functions: dict[str, ast.FunctionDef], task: Task, shown: Shown
) -> tuple[ast.FunctionDef, ast.If] | None:
    call = ast.parse(shown.test.call.strip(), mode="eval").body
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return None
    function = functions.get(call.func.id)
    values = _literals(f"{task.setup}\n{shown.test.setup}")
    if function is None or len(call.args) > len(function.args.args):
        return None
    names = [argument.arg for argument in function.args.args]
    given = [*zip(names, call.args, strict=False), *((word.arg, word.value) for word in call.keywords)]
    conditions = []
    for name, value in given:
        text = values.get(value.id) if isinstance(value, ast.Name) else _literal(value)
        if name is None or text is None:
            return None
        conditions.append(f"{name} == {text}")
    expected = shown.expected
    then = f"raise {expected.removeprefix(RAISES)}" if expected.startswith(RAISES) else f"return {expected}"
    branch = ast.parse(f"if {' and '.join(conditions) or 'True'}:\n    {then}").body[0]
    assert isinstance(branch, ast.If)
    return function, branch


def _literals(setup: str) -> dict[str, str]:
    """Names that a setup binds to literals."""
    return {
        node.targets[0].id: text
        for node in ast.parse(setup).body
        if isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
        and (text := _literal(node.value)) is not None
    }


def _literal(node: ast.expr) -> str | None:
    try:
        ast.literal_eval(node)
    except ValueError:
        return None
    return ast.unparse(node)
