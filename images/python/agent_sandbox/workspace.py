"""Laying a job's files into the workspace, and collecting what the code left there."""

import os
import stat

from .users import acting_as_agent

ROOT = "/work"
MAX_ENTRIES = 20_000


def checked(path):
    """The path, if it is a plain relative POSIX path. Raises ValueError with a sentence."""
    parts = path.split("/")
    if not path or "\0" in path or any(part in ("", ".", "..") for part in parts) or len(path) > 1024:
        raise ValueError(f"{path!r} is not a plain relative path")
    return path


def lay_out(sources, data, root=ROOT):
    """Write the sources as root's, which the agent can't change or delete, and the data as the agent's.

    `sources` is a list of path → content. Directories are sticky and writable by all, as ``/tmp`` is.
    Raises ValueError and OSError; the same path twice is an OSError.
    """
    for files in sources:
        for path, content in files.items():
            _write(root, checked(path), content)
    if data:
        with acting_as_agent():
            for path, content in data.items():
                _write(root, checked(path), content)


def _write(root, path, content):
    parent = root
    for part in path.split("/")[:-1]:
        parent = f"{parent}/{part}"
        try:
            os.mkdir(parent)
            os.chmod(parent, 0o1777)
        except FileExistsError:
            pass
    descriptor = os.open(f"{root}/{path}", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


class Collector:
    """Takes what the code left: regular files only, capped in count, size and depth.

    ``limits`` has artifact_count, artifact_bytes (of all files together) and artifact_depth; ``skip`` names
    the files that the host laid out. Runs after every process of the agent is dead, with the agent's rights.
    """

    def __init__(self, limits, skip, root=ROOT):
        self._limits = limits
        self._skip = skip
        self._root = root
        self._entries = 0
        self._taken = 0
        self._bytes = 0
        self.refused = []

    def files(self):
        """Yield (path, content); what is not taken is a sentence in `refused`."""
        try:
            yield from self._walk("", 1)
        except _Enough as enough:
            self.refused.append(str(enough))

    def _walk(self, folder, depth):
        with os.scandir(f"{self._root}/{folder}") as entries:
            names = sorted(self._counted(entries))
        for name in names:
            path = f"{folder}{name}"
            try:
                info = os.lstat(f"{self._root}/{path}")
                if stat.S_ISDIR(info.st_mode):
                    yield from self._descend(path, depth)
                elif path not in self._skip:
                    yield from self._take(path, info)
            except OSError as error:
                self._refuse(path, error.strerror or "can't be read")

    def _counted(self, entries):
        for entry in entries:
            self._entries += 1
            if self._entries > MAX_ENTRIES:
                raise _Enough(f"More than {MAX_ENTRIES} files were left behind: the rest was not looked at.")
            yield entry.name

    def _descend(self, path, depth):
        if path.rpartition("/")[2] in ("__pycache__", ".pytest_cache"):
            return
        if depth >= self._limits["artifact_depth"]:
            self._refuse(path, f"deeper than {self._limits['artifact_depth']} folders")
            return
        yield from self._walk(path + "/", depth + 1)

    def _take(self, path, info):
        if not stat.S_ISREG(info.st_mode):
            self._refuse(path, "not a regular file")
        elif info.st_nlink > 1:
            self._refuse(path, "a hard link")
        elif self._bytes + info.st_size > self._limits["artifact_bytes"]:
            self._refuse(path, f"over the limit of {self._limits['artifact_bytes']} bytes in all")
        elif not _encodable(path):
            self._refuse(path, "its name is not UTF-8")
        else:
            if self._taken >= self._limits["artifact_count"]:
                raise _Enough(f"Only the first {self._limits['artifact_count']} files were taken.")
            content = self._read(path, info.st_size)
            self._taken += 1
            self._bytes += len(content)
            yield path, content

    def _read(self, path, size):
        descriptor = os.open(f"{self._root}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(size)

    def _refuse(self, path, why):
        if len(self.refused) < 100:
            self.refused.append(f"{path[:200]!r} was not taken: {why}.")


class _Enough(Exception):
    """A cap was reached: stop looking."""


def _encodable(path):
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
