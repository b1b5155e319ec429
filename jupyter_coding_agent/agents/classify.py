"""What a failure means and whose it is: only the model's own faults cost an attempt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..validation.models import ErrorClass, Verdict
from .models import Attempt, Judgement


class Halted(Exception):
    """The loop can't go on; `sentence` says why. It never leaves the room: it becomes the explanation."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Kind:
    """One class of failure. `meaning` and `advice` are told to whoever repairs."""

    fault: Literal["model", "ours", "package", "policy", "notebook"]
    """model: repair it. ours: run again. package: add its distribution. policy: the user must allow it.
    notebook: the cells before it fail, which no other code mends."""
    meaning: str
    advice: str = ""


KINDS: dict[ErrorClass, Kind] = {
    "infrastructure": Kind("ours", "The sandbox failed, not the code."),
    "notebook": Kind("notebook", "The notebook's own cells fail in the sandbox, before the code runs."),
    "missing_package": Kind(
        "package", "A module is not installed.", "Do without it, or name its distribution as a requirement."
    ),
    "package_not_allowed": Kind("policy", "A package needs the user's approval."),
    "syntax": Kind("model", "It is not valid source.", "Look at the named line and at the one before it."),
    "newer_python": Kind(
        "model", "It needs a newer Python than the notebook's kernel.", "Write it for the kernel's version."
    ),
    "import": Kind(
        "model", "An import fails.", "Define every name that the tests import, where they import it."
    ),
    "assertion": Kind("model", "A test found a wrong result.", "Compare what was expected with what came."),
    "exception": Kind("model", "It raised an exception it should not.", "Follow the traceback to its cause."),
    "timeout": Kind(
        "model", "It did not end in time.", "Look for an endless loop, a wait, or too slow an algorithm."
    ),
    "memory": Kind(
        "model", "It used more memory than it may.", "Work in smaller pieces; keep only what is needed."
    ),
    "output": Kind("model", "It printed more than it may.", "Look for an endless loop; print less."),
    "early_exit": Kind(
        "model", "It ended the process before the tests were done.", "Don't call exit; raise or return."
    ),
    "tampering": Kind(
        "model", "It interfered with the test run.", "Touch neither the tests nor what runs them."
    ),
    "gaming": Kind(
        "model",
        "It was made to satisfy the tests instead of the request.",
        "Solve the request for every input; special cases for what the tests use, and tricks on them, are found.",
    ),
    "collection": Kind(
        "model", "The tests could not be loaded with it.", "Importing the file must neither fail nor do harm."
    ),
    "lint": Kind("model", "The linter found errors.", "Mend each finding at its line."),
    "security": Kind(
        "model", "The security scan found a high-severity problem.", "Use the safe way to do the same."
    ),
    "blocked_import": Kind(
        "model", "It imports what may not be imported here.", "Solve it without the named module."
    ),
}

_NAMED_PACKAGE = re.compile(r"name the package '([A-Za-z0-9._-]+)'")
_UNKNOWN = Kind("model", "It did not pass.")


def kind_of(error_class: str | None) -> Kind:
    """The kind of a failure; an unknown class is the model's to repair."""
    return next((kind for name, kind in KINDS.items() if name == error_class), _UNKNOWN)


def why(verdict: Verdict) -> str | None:
    """Why a verdict is not a pass, in a sentence; None if it is."""
    if verdict.status == "passed":
        return None
    tests = verdict.signals.tests
    failing = [result for result in tests.results if result.outcome == "failed"] if tests else []
    failing.sort(key=lambda result: result.kind != "hard")
    if failing and verdict.error_class in ("assertion", "exception"):
        first = failing[0]
        more = f" ({len(failing) - 1} more fail)" if len(failing) > 1 else ""
        return f"{first.id.partition('::')[2] or first.id}: {first.message or 'failed'}{more}"
    return verdict.explanation or (tests.reason if tests else "") or kind_of(verdict.error_class).meaning


def missing_distribution(verdict: Verdict) -> str | None:
    """The distribution that would bring the module which a run missed, as the verdict's sentences name it."""
    if verdict.error_class != "missing_package":
        return None
    tests = verdict.signals.tests
    named = _NAMED_PACKAGE.search(f"{verdict.explanation} {tests.reason if tests else ''}")
    return named[1] if named else None


def ending(attempts: Sequence[Attempt], max_attempts: int) -> str | None:
    """Why no further attempt may be made, in a sentence; None if the model should try (again)."""
    if not attempts:
        return None
    last = attempts[-1]
    if last.verdict is None or kind_of(last.error_class).fault in ("ours", "policy", "notebook"):
        return last.error_message or "The code could not be judged."
    if len(attempts) >= max_attempts:
        return (
            f"The {max_attempts} attempts are used up."
            if max_attempts > 1
            else "The only attempt did not pass."
        )
    return None


def doubtful(attempts: Sequence[Attempt], judgement: Judgement) -> bool:
    """Whether it may be the tests that are wrong: the code keeps failing soft tests, and nothing else."""
    keeps = len(attempts) > 1 or judgement.strengthened or judgement.retested or bool(judgement.samples)
    return keeps and _fails_only_soft_tests(attempts[-1].verdict)


def _fails_only_soft_tests(verdict: Verdict | None) -> bool:
    if verdict is None or verdict.error_class not in ("assertion", "exception"):
        return False
    lint, security, tests = verdict.signals.lint, verdict.signals.security, verdict.signals.tests
    if tests is None or (lint and not lint.passed) or (security and not security.passed):
        return False
    return all(result.kind == "soft" for result in tests.results if result.outcome == "failed")
