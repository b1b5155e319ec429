"""A notebook from a clean start: its cells one after the other, in one namespace, each reported as it ends.

A cell that needs one which failed is not tried; those that do not go on, so that one run tells all that breaks.
"""

import asyncio
import inspect
import io
import linecache
import os
import subprocess
import sys
import time
import types

import pytest

from . import cell as cells
from . import magics, sources, wire
from .failure import Failure
from .workspace import ROOT

MAX_STDOUT = 2000
MAX_LEFT_OUT = 20
_INSTALLERS = frozenset(("pip", "pip3", "conda", "mamba", "uv", "apt", "apt-get"))


class Proving:
    """The cells of one job; `run` never returns."""

    def __init__(self, channel, job_cells, watch, data_watch):
        self._channel = channel
        self._cells = job_cells
        self._watch = watch
        self._data_watch = data_watch
        self._main = types.ModuleType("__main__")
        self._shell = _Shell(self._main.__dict__)
        self._printed = _Head(sys.stdout)
        self._loop = asyncio.Runner()

    def run(self):
        """Run them all and end the process."""
        paths = [f"{ROOT}/{one['name']}" for one in self._cells]
        for path, one in zip(paths, self._cells, strict=True):
            source = wire.decode(one["source"])
            sources.change(path, source)
            # Tracebacks and `inspect.getsource` look for the lines here, as they do in a notebook.
            lines = source.decode("utf-8", "replace").splitlines(True)
            linecache.cache[path] = (len(source), None, lines, path)
        self._begin(paths)
        out = set()
        for number, (path, one) in enumerate(zip(paths, self._cells, strict=True)):
            if not out.isdisjoint(one["after"]) or not self._prove(number, path, one["count"]):
                out.add(number)
        self._watch.finish()
        self._data_watch.finish()
        self._printed.flush()
        self._channel.send("done", status=0)
        os._exit(0)

    def _begin(self, paths):
        """What a kernel has before the first cell runs."""
        self._main.__dict__.update({"In": [""], "Out": {}, "_": "", "__": "", "___": ""})
        # Pickle, dataclasses and `import __main__` look the notebook's module up by its name.
        sys.modules["__main__"] = self._main
        sys.argv = ["notebook"]
        sys.stdout = self._printed
        # The loop's own sockets are none that a cell leaves open.
        self._loop.get_loop()
        self._watch.start(paths, [])
        self._data_watch.start(paths)

    def _prove(self, number, path, count):
        """Run one cell and report it. Returns whether it ran."""
        self._channel.send("cell_begins", number=number)
        began = time.perf_counter()
        self._printed.reset()
        self._shell.left_out.clear()
        error = None
        try:
            self._loop.run(self._run(path, count))
        except BaseException as problem:
            # Also of a cell that calls `exit()`: the notebook does not go on behind it.
            error = _described(problem, path)
        self._channel.send(
            "cell_ends",
            number=number,
            error=error,
            stdout=self._printed.head,
            stdout_cut=self._printed.cut,
            left_out=self._shell.left_out,
            duration_ms=round((time.perf_counter() - began) * 1000, 3),
        )
        return error is None

    async def _run(self, path, count):
        # A kernel's loop is running while a cell does: it may create tasks, and may not start another loop.
        namespace, displayed = self._main.__dict__, []
        code = cells.compiled(path)
        magics.use(self._shell)
        cells.define_display(displayed)
        if count:
            namespace["In"].append(sources.read(path).decode("utf-8", "replace"))
        self._data_watch.cell_begins(path)
        try:
            for part in filter(None, code):
                value = eval(part, namespace)
                if part.co_flags & inspect.CO_COROUTINE:
                    value = await value
                if part is code[1] and value is not None:
                    displayed.append(value)
                    self._keep(value, count)
            self._data_watch.cell_ends(namespace, displayed + _figures())
        finally:
            if _figures():
                # As the inline backend does once a cell has shown them.
                sys.modules["matplotlib.pyplot"].close("all")

    def _keep(self, value, count):
        namespace = self._main.__dict__
        namespace["___"], namespace["__"], namespace["_"] = namespace["__"], namespace["_"], value
        if count:
            namespace["Out"][count] = namespace[f"_{count}"] = value


class _Shell(magics.Shell):
    """What needs the live notebook is left out and told, for the cells below may do without it."""

    def __init__(self, namespace):
        super().__init__(namespace)
        self.left_out = []

    def run_line_magic(self, name, line, _stack_depth=1):
        """``%name line``"""
        if name == "cd":
            return os.chdir(os.path.expanduser(line.strip() or "~"))
        try:
            return super().run_line_magic(name, line)
        except magics.UnsupportedMagic:
            return self._leave_out(f"%{name} {line}")

    def run_cell_magic(self, name, line, cell):
        """``%%name line`` over the rest of the cell."""
        if name == "writefile":
            mode = "a" if line.startswith("-a ") else "w"
            with open(line.removeprefix("-a ").strip(), mode, encoding="utf-8") as file:
                file.write(cell)
            return None
        if name in ("bash", "sh"):
            print(self._output(cell, check=True), end="")
            return None
        try:
            return super().run_cell_magic(name, line, cell)
        except magics.UnsupportedMagic:
            return self._leave_out(f"%%{name} {line}")

    def system(self, command):
        """``!command``; without a network nothing can be installed here."""
        if self._installs(command):
            return self._leave_out(f"!{command}")
        return super().system(command)

    def getoutput(self, command):
        """``lines = !command``"""
        if self._installs(command):
            self._leave_out(f"!{command}")
            return []
        return super().getoutput(command)

    @staticmethod
    def _installs(command):
        return "install" in command and not _INSTALLERS.isdisjoint(command.split())

    def _output(self, command, check=False):
        done = subprocess.run(
            command, shell=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=check
        )
        return done.stdout

    def _leave_out(self, line):
        if len(self.left_out) < MAX_LEFT_OUT:
            self.left_out.append(line.strip()[:200])


class _Head(io.TextIOBase):
    """Standard output that keeps the beginning of what each cell prints."""

    def __init__(self, through):
        self._through = through
        self.reset()

    def reset(self):
        """Another cell begins."""
        self.head, self.cut = "", False

    def write(self, text):
        """Keep its beginning and pass all of it on."""
        room = MAX_STDOUT - len(self.head)
        self.head += text[:room]
        self.cut = self.cut or len(text) > room
        return self._through.write(text)

    def flush(self):
        """Flush what is behind."""
        self._through.flush()

    def writable(self):
        """Always."""
        return True

    def fileno(self):
        """The descriptor behind."""
        return self._through.fileno()

    @property
    def encoding(self):
        """The encoding behind."""
        return self._through.encoding

    @property
    def buffer(self):
        """The bytes behind: what is written there is not kept."""
        return self._through.buffer


def _figures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    return [] if pyplot is None else [pyplot.figure(number) for number in pyplot.get_fignums()]


def _described(error, path):
    failure = Failure(pytest.ExceptionInfo.from_exception(error))
    name = getattr(error, "name", None) if type(error) is NameError else None
    return {
        "type": type(error).__name__,
        "message": failure.message,
        "traceback": failure.traceback,
        "line": _line(error, path),
        "missing": name if isinstance(name, str) else "",
    }


def _line(error, path):
    """The line of the cell on which it broke: the innermost that is its own."""
    if isinstance(error, SyntaxError) and error.filename == path and isinstance(error.lineno, int):
        return max(error.lineno, 0)
    found, tb = None, error.__traceback__
    while tb is not None:
        if tb.tb_frame.f_code.co_filename == path:
            found = tb.tb_lineno
        tb = tb.tb_next
    return found
