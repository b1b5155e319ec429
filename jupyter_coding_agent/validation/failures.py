"""Why something failed: the class that decides what a repair does, and a sentence for people."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ..runner.models import Exit
from .languages import Language
from .models import ErrorClass

# What explains most comes first: a run that was tampered with says nothing about its assertions.
ORDER: tuple[ErrorClass, ...] = (
    "infrastructure",
    "tampering",
    "gaming",
    "timeout",
    "memory",
    "output",
    "early_exit",
    "syntax",
    "newer_python",
    "notebook",
    "missing_package",
    "package_not_allowed",
    "import",
    "collection",
    "exception",
    "assertion",
    "blocked_import",
    "security",
    "lint",
)

_MISSING = re.compile(r"No module named ['\"]?([\w.]+)")
_NOTEBOOK = re.compile(r"NotebookCellFailed: (.*)")
"""What the harness raises where the notebook that a cell is meant for can't be had."""
_RAISED = re.compile(
    r"^(?:E\s+)?((?:\w+\.)*\w*(?:Error|Exception|Exit|Interrupt|Warning|Failed))\b(.*)$", re.MULTILINE
)


@dataclass(frozen=True)
class Failure:
    """One reason for not passing."""

    error_class: ErrorClass
    sentence: str


def first(failures: Iterable[Failure]) -> ErrorClass | None:
    """The class that explains most."""
    return min((failure.error_class for failure in failures), key=ORDER.index, default=None)


def by_importance(failures: Iterable[Failure]) -> list[Failure]:
    """Sorted, each sentence once."""
    unique = {failure.sentence: failure for failure in failures}
    return sorted(unique.values(), key=lambda failure: ORDER.index(failure.error_class))


def of_exit(exit_: Exit, timeout_seconds: float, suspect: str) -> Failure | None:
    """What the end of the run alone says; None where it ended by itself.

    `suspect` is the first test without a report.
    """
    during = f" during {suspect}" if suspect else ""
    if exit_.reason == "timeout":
        return Failure("timeout", f"The run took longer than {timeout_seconds:g} s and was ended{during}.")
    if exit_.reason == "memory_limit":
        return Failure("memory", f"The code needed more memory than it may have and was ended{during}.")
    if exit_.reason == "output_limit":
        return Failure("output", f"The code printed more than a run may print and was ended{during}.")
    if exit_.reason != "died":
        return None
    if exit_.code is not None and exit_.code < 0:
        return Failure(
            "early_exit",
            f"The process was killed by signal {-exit_.code}{during}, before the tests were done.",
        )
    status = "" if exit_.code is None else f" with status {exit_.code}"
    return Failure(
        "early_exit",
        f"The code ended the process{status}{during}, before the tests were done: "
        "no exit status counts as passed.",
    )


def of_message(message: str, language: Language, own_modules: Collection[str]) -> Failure:
    """Classify an exception by its text, which may be one line or a whole report."""
    missing = _MISSING.search(message)
    if missing:
        return _missing_module(missing[1], language, own_modules)
    notebook = _NOTEBOOK.search(message)
    if notebook:
        return Failure("notebook", notebook[1][:400])
    raised = _RAISED.findall(message)
    name, rest = raised[-1] if raised else ("", "")
    line = (
        f"{name}{rest}".strip(": ")[:300] or message.strip().splitlines()[-1][:300]
        if message.strip()
        else "no reason"
    )
    kind = name.rpartition(".")[2]
    if kind in ("SyntaxError", "IndentationError", "TabError"):
        return Failure("syntax", line)
    if kind in ("ImportError", "ModuleNotFoundError"):
        return Failure("import", line)
    if kind == "SystemExit":
        return Failure("early_exit", f"the code ended itself by sys.exit ({line})")
    if kind == "MemoryError":
        return Failure("memory", line)
    return Failure("assertion" if kind in ("AssertionError", "Failed") else "exception", line)


def _missing_module(module: str, language: Language, own_modules: Collection[str]) -> Failure:
    top = module.split(".")[0]
    package = None if top in own_modules else language.distribution(top)
    if package is None:
        return Failure("import", f"There is no module {module!r}.")
    return Failure(
        "missing_package",
        f"The module {module!r} is not in the image: name the package {package!r} in the requirements.",
    )
