from __future__ import annotations

from typing import Any

import pytest

from jupyter_coding_agent.core.errors import AgentError, InvalidInput, TooLarge
from jupyter_coding_agent.runner import paths
from jupyter_coding_agent.runner.models import CellSource, NotebookJob, TestJob

BAD = {
    "": "empty",
    "/etc/passwd": "absolute",
    "../x": "'..'",
    "a/../b": "'..'",
    "a//b": "empty part",
    "./a": "empty part",
    "a/": "empty part",
    "a\0b": "control",
    "a\nb": "control",
    "a\\b": "backslash",
    "a" * 300: "too long",
    "/".join(["a" * 200] * 6): "too long",
    "\ud800": "not valid text",
}


@pytest.mark.parametrize("path", BAD)
def test_bad_paths(path: str) -> None:
    assert BAD[path] in str(paths.fault(path))


@pytest.mark.parametrize("path", ["a.py", "pkg/mod.py", ".hidden", "ünïcode.py", "a b.txt", "..a", "a" * 255])
def test_good_paths(path: str) -> None:
    assert paths.fault(path) is None


def test_depth() -> None:
    assert paths.fault("a/b/c", depth=3) is None
    assert "3 folders" in str(paths.fault("a/b/c/d", depth=3))


def check(count: int = 10, size_mb: int = 1, **values: Any) -> None:
    paths.check_job(
        TestJob(**{"files": {}, "tests": {}, "collect": [], **values}), count=count, size_mb=size_mb
    )


@pytest.mark.parametrize(
    ("values", "error", "field"),
    [
        ({"files": {"../x": b""}}, InvalidInput, "files"),
        ({"tests": {"/x": b""}}, InvalidInput, "tests"),
        ({"data": {"a\0": b""}}, InvalidInput, "data"),
        ({"files": {"a.py": b""}, "tests": {"a.py": b""}}, InvalidInput, "files"),
        ({"files": {"a": b""}, "data": {"a/b": b""}}, InvalidInput, "files"),
        ({"collect": ["test_a.py"]}, InvalidInput, "collect"),
        ({"cell": "a.py"}, InvalidInput, "cell"),
        ({"files": {f"{n}.py": b"" for n in range(11)}}, TooLarge, "files"),
        ({"files": {"a": b"", "b": b""}, "tests": {f"{n}.py": b"" for n in range(9)}}, TooLarge, "files"),
        ({"data": {"a": bytes((1 << 20) + 1)}}, TooLarge, "data"),
        ({"data": {"a": bytes(1 << 20)}, "files": {"b": b"x"}}, TooLarge, "files"),
    ],
)
def test_bad_jobs_name_the_field(values: dict[str, Any], error: type[AgentError], field: str) -> None:
    with pytest.raises(error) as caught:
        check(**values)
    assert caught.value.field == field


def test_a_good_job() -> None:
    check(
        files={"a.py": b""}, tests={"test_a.py": b""}, collect=["test_a.py"], data={"in/x": b""}, cell="a.py"
    )


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([("In [1]", b"1", []), ("In [1]", b"2", [])], "same name"),
        ([("In [1]", b"1", [0])], "cells above"),
        ([("In [1]", b"1", []), ("In [2]", b"1", [-1])], "cells above"),
        ([("In [1]", b"x" * (1024 * 1024 + 1), [])], "over 1 MiB"),
    ],
)
def test_cells_that_make_no_job(cells: list[tuple[str, bytes, list[int]]], says: str) -> None:
    job = NotebookJob(cells=[CellSource(name=name, source=text, after=after) for name, text, after in cells])
    with pytest.raises(AgentError, match=says):
        paths.check_job(job, count=10, size_mb=1)


@pytest.mark.parametrize("name", ["../In [1]", "a.py", "In [1]\n", ""])
def test_a_cell_has_no_other_name_than_its_number(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        CellSource(name=name, source=b"")
