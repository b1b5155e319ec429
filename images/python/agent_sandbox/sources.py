"""The job's source files as they are read: from disk, or as the change that is being tried has them."""

_changed = {}


def change(path, content):
    """From now on `path` (absolute) reads as `content`; the file itself is read-only and stays."""
    _changed[path] = content


def read(path):
    """The bytes of a source file."""
    if path in _changed:
        return _changed[path]
    with open(path, "rb") as file:
        return file.read()
