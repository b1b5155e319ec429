"""The tasks of the evaluation: their format, and the test files that are made of them.

A task's names and expressions are data: nothing of a task is executed on the host.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

FOLDER = Path(__file__).parent / "tasks"
RAISES = "raises "
"""What stands before an exception's name where an expectation is an exception."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Solution(_Model):
    """A solution that is not right, by a name that says what it does."""

    name: str
    code: str


class Solutions(_Model):
    """What the fault-injecting model may answer with."""

    right: str
    wrong: list[Solution]
    gamed: list[Solution]


class TaskTest(_Model):
    """One behaviour: a call, what it gives, and what a mistaken test would expect."""

    name: str
    setup: str = ""
    call: str
    right: str = ""
    wrong: str
    misread: dict[str, str] = Field(default_factory=dict)
    """Name of a wrong solution → what it gives, where that is not what is right."""


class Task(_Model):
    """A request, the answers that a model may give, and the oracle that the engine never sees."""

    id: str
    category: Literal["wrangling", "algorithms", "parsing", "api", "plotting"]
    prompt: str
    variables: dict[str, str] = Field(default_factory=dict)
    solutions: Solutions
    setup: str = ""
    tests: list[TaskTest]
    oracle: str

    @property
    def is_cell(self) -> bool:
        """Whether the tests run the solution as a notebook cell instead of importing from it."""
        return any("cell" in _names(test.call) for test in self.tests)

    @model_validator(mode="after")
    def _parses(self) -> Self:
        named = [("setup", self.setup), ("oracle", self.oracle)]
        for name, source in [*named, *((test.name, f"{test.setup}\n{test.call}") for test in self.tests)]:
            try:
                ast.parse(source)
            except SyntaxError as error:
                raise ValueError(f"{name} is not Python: {error}") from error
        return self


def load(folder: Path = FOLDER, ids: Iterable[str] = ()) -> list[Task]:
    """The tasks of a folder in the order of their names; only those named, if any is. Raises ValueError."""
    paths = [folder / f"{name}.yaml" for name in ids] or sorted(folder.glob("*.yaml"))
    return [load_one(path) for path in paths]


def load_one(path: Path) -> Task:
    """A task of a file whose stem is its id. Raises ValueError, naming the file."""
    try:
        task = Task.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    if task.id != path.stem:
        raise ValueError(f"{path.name}: its id is {task.id!r}")
    return task


def render_tests(task: Task, expectations: Mapping[str, str], module: str = "solution") -> str:
    """A pytest file of the tests named in `expectations`, each with the expectation given there."""
    chosen = [test for test in task.tests if test.name in expectations]
    functions = [_function(task, test, assertion(test.call, expectations[test.name])) for test in chosen]
    return _file(task, functions, module)


def render_values(task: Task, module: str = "solution") -> str:
    """A pytest file whose tests hand in what each call gives, or which exception it ends with."""
    functions = [
        _function(
            task,
            test,
            f"try:\n    value = {test.call.strip()}\nexcept Exception as error:\n"
            "    answer({'raises': type(error).__name__})\nelse:\n    answer(value)",
            "answer",
        )
        for test in task.tests
    ]
    return _file(task, functions, module)


def assertion(call: str, expected: str) -> str:
    """The statement that holds a call to an expectation: a literal, or ``raises ValueError``."""
    call = call.strip()
    if expected.startswith(RAISES):
        return f"with pytest.raises({expected.removeprefix(RAISES).strip()}):\n    {call}"
    return f"assert {call} == {_approximate(expected.strip())}"


def _approximate(expected: str) -> str:
    """Floats are compared with a tolerance where `pytest.approx` takes them: alone, or in a flat container."""
    value = ast.literal_eval(expected)
    if isinstance(value, dict):
        items = list(value.values())
    else:
        items = list(value) if isinstance(value, list | tuple) else [value]
    numbers = all(isinstance(item, int | float) and not isinstance(item, bool) for item in items)
    return f"pytest.approx({expected})" if numbers and any(isinstance(i, float) for i in items) else expected


def _function(task: Task, test: TaskTest, body: str, *fixtures: str) -> str:
    """The test as a function: only the lines of the shared setup that it needs, imports apart."""
    own = [*ast.parse(test.setup).body, *ast.parse(body).body]
    shared = [
        node for node in ast.parse(task.setup).body if not isinstance(node, ast.Import | ast.ImportFrom)
    ]
    if not set().union(*map(_bound, shared)) & set().union(*map(_names, own)):
        shared = []
    parameters = ", ".join([*(["cell"] if task.is_cell else []), *fixtures])
    function = ast.parse(f"def {test.name}({parameters}): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = [*shared, *own]
    return ast.unparse(ast.fix_missing_locations(function))


def _file(task: Task, functions: list[str], module: str) -> str:
    """The functions, with what they use imported above them."""
    used = set().union(*(_names(ast.parse(function)) for function in functions))
    imports = [
        ast.unparse(node)
        for node in ast.parse(task.setup).body
        if isinstance(node, ast.Import | ast.ImportFrom) and _bound(node) & used
    ]
    if "pytest" in used:
        imports.append("import pytest")
    names = sorted(set().union(*map(_bound, ast.parse(task.solutions.right).body)) & used - _imported(task))
    own = [f"from {module} import {', '.join(names)}"] if names and not task.is_cell else []
    head = "\n\n".join(part for part in ("\n".join(sorted(set(imports))), *own) if part)
    return "\n\n\n".join([head, *functions] if head else functions) + "\n"


def _imported(task: Task) -> set[str]:
    """Names that the solution and the tests both import: not the solution's own."""
    nodes = ast.parse(task.solutions.right).body
    return set().union(*(_bound(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)))


def _names(node: ast.AST | str) -> set[str]:
    tree = ast.parse(node) if isinstance(node, str) else node
    return {child.id for child in ast.walk(tree) if isinstance(child, ast.Name)}


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement at the top level binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return {
        child.id
        for child in ast.walk(node)
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store)
    }
