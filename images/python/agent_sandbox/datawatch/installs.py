"""Installations that failed without anybody noticing."""

import importlib.metadata
import os
import re

_INSTALL = re.compile(r"\b(?:pip3?|conda|mamba|uv)\b[^;&|\n]*?\binstall\b([^;&|\n]*)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VALUED = frozenset(("-r", "-c", "-i", "--index-url", "--extra-index-url", "-t", "--target", "-f"))


class InstallWatch:
    """Watches processes end, and the magics that this sandbox refuses."""

    def __init__(self, sources, findings):
        self._sources = sources
        self._findings = findings

    def watch(self, returns, magics):
        """Begin."""
        returns.watch(magics.subprocess.Popen.wait.__code__, self._ended)
        returns.watch(magics.refusal.__code__, self._refused)

    def _ended(self, frame, status):
        if status:
            command = frame.f_locals["self"].args
            self._failed(
                frame, command if isinstance(command, str | bytes) else b" ".join(map(os.fsencode, command))
            )

    def _refused(self, frame, _refusal):
        self._failed(frame, f"{frame.f_locals['name']} {frame.f_locals['line']}")

    def _failed(self, frame, command):
        found = _INSTALL.search(os.fsdecode(command))
        caller = self._sources.nearest(frame)
        if found is None or caller is None or _all_there(found[1]):
            return
        message = f"{found[0].strip()[:100]!r} did not install anything: name the package as a requirement."
        self._findings.add("failed_install", self._sources.place(caller), message)


def _all_there(words):
    """Are all the packages installed already? Then nothing is lacking."""
    names, skip = [], False
    for word in words.split():
        name = _NAME.match(word.strip("'\""))
        if skip or word.startswith("-"):
            skip = word in _VALUED
        elif name:
            names.append(name[0])
    return bool(names) and all(map(_is_there, names))


def _is_there(name):
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
