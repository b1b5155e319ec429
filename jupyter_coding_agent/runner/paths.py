"""Which paths may go into a container and which are believed when they come out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from ..core.errors import InvalidInput, TooLarge
from .models import NotebookJob, TestJob

_PATH_BYTES = 1024
_NAME_BYTES = 255


def fault(path: str, depth: int | None = None) -> str | None:
    """Why `path` is not a plain relative POSIX path, in words that follow the path; None if it is one."""
    try:
        size = len(path.encode())
    except UnicodeEncodeError:
        return "is not valid text"
    names = path.split("/")
    if not path or size > _PATH_BYTES or any(len(name.encode()) > _NAME_BYTES for name in names):
        return "is empty or too long"
    if path.startswith("/"):
        return "is absolute"
    if ".." in names:
        return "leads out of its folder by '..'"
    if "" in names or "." in names:
        return "has an empty part"
    if "\\" in path or any(unicodedata.category(character) == "Cc" for character in path):
        return "has a backslash or a control character"
    if depth is not None and len(names) > depth:
        return f"is more than {depth} folders deep"
    return None


def check_paths(paths: Iterable[str], field: str) -> None:
    """Raise InvalidInput, naming `field`, unless all are plain, different, and none the folder of another."""
    seen: set[str] = set()
    folders: set[str] = set()
    for path in paths:
        if why := fault(path):
            raise InvalidInput(
                f"{field}: the path {path[:200]!r} {why}; use a relative path such as 'pkg/module.py'.",
                field=field,
            )
        if path in seen:
            raise InvalidInput(f"{field}: {path!r} is given twice.", field=field)
        seen.add(path)
        names = path.split("/")
        folders.update("/".join(names[:end]) for end in range(1, len(names)))
    if both := seen & folders:
        raise InvalidInput(f"{field}: {min(both)!r} is a file and a folder at once.", field=field)


def check_files(files: dict[str, bytes], *, count: int, size_mb: int, field: str = "files") -> None:
    """As check_paths, and raise TooLarge for more than `count` files or `size_mb` MiB."""
    if len(files) > count:
        raise TooLarge(
            f"{field}: {len(files)} files are more than the {count} that a job may bring.", field=field
        )
    if sum(map(len, files.values())) > size_mb * 1024 * 1024:
        raise TooLarge(f"{field}: together they are over {size_mb} MiB.", field=field)
    check_paths(files, field)


def check_job(job: TestJob, *, count: int, size_mb: int) -> None:
    """Raise InvalidInput or TooLarge for a job whose files can't be laid out."""
    parts = {"files": job.files, "tests": job.tests, "data": job.data}
    for field, files in parts.items():
        check_files(files, count=count, size_mb=size_mb, field=field)
    if sum(map(len, parts.values())) > count:
        raise TooLarge(f"files: a job may bring {count} files in all.", field="files")
    if sum(len(content) for files in parts.values() for content in files.values()) > size_mb * 1024 * 1024:
        raise TooLarge(f"files: a job may bring {size_mb} MiB in all.", field="files")
    check_paths([path for files in parts.values() for path in files], "files")
    if isinstance(job, NotebookJob):
        _check_cells(job, size_mb)
    if unknown := sorted(set(job.collect) - job.tests.keys()):
        raise InvalidInput(f"collect: {unknown[0]!r} is not among the tests.", field="collect")
    if job.cell is not None and job.cell not in job.files:
        raise InvalidInput(f"cell: {job.cell!r} is not among the files.", field="cell")


def _check_cells(job: NotebookJob, size_mb: int) -> None:
    if sum(len(cell.source) for cell in job.cells) > size_mb * 1024 * 1024:
        raise TooLarge(f"cells: together they are over {size_mb} MiB.", field="cells")
    if len({cell.name for cell in job.cells}) < len(job.cells):
        raise InvalidInput("cells: two have the same name.", field="cells")
    for number, cell in enumerate(job.cells):
        if not all(0 <= other < number for other in cell.after):
            raise InvalidInput(f"cells: {cell.name!r} can only come after cells above it.", field="cells")
