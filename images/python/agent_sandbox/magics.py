"""A small ``get_ipython()``: the magics that are harmless here, a clear error for the others."""

import builtins
import os
import subprocess
import time


class UnsupportedMagic(Exception):
    """The magic needs a live notebook, which a test run is not."""


class Shell:
    """What `get_ipython()` returns while a cell is tested."""

    _IGNORED = frozenset(
        (
            "matplotlib",
            "load_ext",
            "reload_ext",
            "autoreload",
            "config",
            "precision",
            "pdb",
            "xmode",
            "colors",
            "gui",
            "pylab",
        )
    )

    def __init__(self, namespace=None):
        self.user_ns = namespace if namespace is not None else {}

    def run_line_magic(self, name, line, _stack_depth=1):
        """``%name line``"""
        if name in self._IGNORED:
            return None
        if name in ("time", "timeit"):
            return self._timed(name, _without_options(line))
        if name == "pwd":
            return os.getcwd()
        if name in ("env", "set_env"):
            return self._env(line)
        if name == "who_ls":
            return sorted(key for key in self.user_ns if not key.startswith("_"))
        raise refusal(name, line)

    def run_cell_magic(self, name, line, cell):
        """``%%name line`` over the rest of the cell."""
        if name in ("time", "timeit"):
            return self._timed(name, cell)
        if name == "capture":
            exec(compile(cell, "<cell>", "exec"), self.user_ns)
            return None
        if name in ("bash", "sh"):
            return self.system(cell)
        raise refusal(f"%{name}", line)

    def system(self, command):
        """``!command``: its output is printed."""
        print(self._output(command), end="")

    def getoutput(self, command):
        """``lines = !command``"""
        return self._output(command).splitlines()

    def pinfo(self, *_args):
        """``name?`` shows help in a notebook, and nothing here."""

    def _timed(self, name, source):
        begin = time.perf_counter()
        try:
            code = compile(source, f"<{name}>", "eval")
        except SyntaxError:
            exec(compile(source, f"<{name}>", "exec"), self.user_ns)
            value = None
        else:
            value = eval(code, self.user_ns)
        print(f"Wall time: {(time.perf_counter() - begin) * 1000:.3g} ms")
        return value if name == "time" else None

    def _env(self, line):
        name, _, value = line.replace(" ", "=", 1).partition("=")
        if value:
            os.environ[name.strip()] = value.strip()
            return None
        return os.environ.get(name.strip()) if name else dict(os.environ)

    def _output(self, command):
        done = subprocess.run(
            command, shell=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        return done.stdout


def install(namespace=None):
    """Make `get_ipython` known everywhere, as IPython does; returns the shell."""
    return use(Shell(namespace))


def use(shell):
    """Make this the shell that `get_ipython` returns; returns it."""
    builtins.get_ipython = lambda: shell
    return shell


def _without_options(line):
    words = line.split()
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in ("-n", "-r", "-p") else words[1:]
    return " ".join(words)


def refusal(name, line):
    """The error for the magic `name` that was called with `line`."""
    why = "needs a live notebook and can't be run in a test: write it as plain Python."
    if name in ("pip", "conda", "mamba", "uv"):
        why = "can't install here, a run has no network: name the package as a requirement instead."
    return UnsupportedMagic(f"%{name} {why}")
