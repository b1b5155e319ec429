"""Writes what solutions gave into a task's file, and leaves every other line as its author wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from tests.evaluation.promises import RIGHT, same
from tests.evaluation.tasks import Task, TaskTest, load_one


def fill(path: Path, task: Task, values: Mapping[str, Mapping[str, str]]) -> None:
    """Set each test's ``misread``, and its ``right`` where it has none. `values`: solution → test → value.

    Raises ValueError where the file, written so, would not be the same task.
    """
    before = path.read_text(encoding="utf-8")
    head, start, body = before.partition("\ntests:")
    entries, rest = _entries(body)
    text = head + start + "".join(_filled(entry, task, values) for entry in entries) + rest
    path.write_text(text, encoding="utf-8")
    wanted = [test.model_copy(update=_values(test, values)) for test in task.tests]
    if load_one(path).tests != wanted:
        path.write_text(before, encoding="utf-8")
        raise ValueError(f"{path.name}: its tests could not be filled in; write them in block style")


def _entries(body: str) -> tuple[list[str], str]:
    """The text of the list under ``tests:``, cut before each item; and what follows the list."""
    end = re.search(r"^\w", body, re.MULTILINE)
    listed, rest = (body[: end.start()], body[end.start() :]) if end else (body, "")
    return re.split(r"^(?= *- +name:)", listed, flags=re.MULTILINE), rest


def _filled(entry: str, task: Task, values: Mapping[str, Mapping[str, str]]) -> str:
    found = re.match(r"( *- +)name: *(\S+)", entry)
    test = found and next((test for test in task.tests if test.name == found[2].strip("\"'")), None)
    if not found or not test:
        return entry
    indent = " " * len(found[1])
    entry, blank = f"{entry.rstrip()}\n", "\n" * (entry[len(entry.rstrip()) :].count("\n") - 1)
    for old in (rf"^{indent}misread:.*\n(?:{indent} +.*\n)*", rf"^{indent}right: *(?:\"\"|'')? *\n"):
        entry = re.sub(old, "", entry, flags=re.MULTILINE)
    lines = [
        _flow({name: value})
        for name, value in _values(test, values).items()
        if name != "right" or not test.right
    ]
    return entry.rstrip() + "\n" + "".join(f"{indent}{line}\n" for line in lines) + blank


def _values(test: TaskTest, values: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    gave = {name: given[test.name] for name, given in values.items() if test.name in given}
    right = test.right or gave.get(RIGHT, "")
    misread = {name: value for name, value in gave.items() if name != RIGHT and not same(value, right)}
    return {"right": right, "misread": misread}


def _flow(value: object) -> str:
    """One line of YAML, without the braces around it."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10**6, allow_unicode=True, sort_keys=False)
    return text.strip()[1:-1]
