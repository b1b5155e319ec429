"""What an archive says about itself."""

from __future__ import annotations

from collections.abc import Sequence

from ..executions.models import ExecutionView

LICENCE = """\
This code was written by a language model or made from a template, for whoever asked for it. jupyter-coding-agent
claims no right in it. A model may repeat code that it was trained on: check before you publish. The packages in
requirements.txt have licences of their own.
"""


def readme(view: ExecutionView, missing: Sequence[str] = ()) -> str:
    """README.md: what it is, how to run it, and why it is believed or not.

    `missing`: the names of files that it was given and that are not there any more.
    """
    parts = [
        f"# {_title(view.prompt)}",
        ""
        if view.status == "passed"
        else f"**Not validated**: this result is {view.status}. Read it before you run it.",
        f"## The request\n\n{_quoted(view.prompt)}",
        _running(view),
        _missing(missing),
        f"## Why it is believed\n\n{_listed(view.explanation)}"
        if view.status == "passed"
        else f"## What is known of it\n\n{_listed(view.explanation)}",
        _receipt(view),
        f"Execution {view.execution_id}, {view.created_at}, model {view.model or 'unknown'}.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _title(prompt: str) -> str:
    # It stands in a heading: no mark-up of its own.
    plain = (" " if letter in "#*_`<>[]" or not letter.isprintable() else letter for letter in prompt)
    line = " ".join("".join(plain).split())
    return line if len(line) <= 80 else f"{line[:79]}…"


def _missing(names: Sequence[str]) -> str:
    if not names:
        return ""
    listed = "\n".join(
        f"- `{''.join(letter for letter in name if letter.isprintable() and letter != '`')}`"
        for name in names
    )
    return (
        "## Files that are missing\n\nThese were given to the request and deleted since, so they are not in this "
        f"archive. Put files of these names beside the code before you run it or its tests.\n\n{listed}"
    )


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _listed(text: str) -> str:
    return "\n".join(f"- {line}" for line in text.splitlines() if line.strip())


def _running(view: ExecutionView) -> str:
    lines = ["## How to run it", "", "```"]
    if view.requirements:
        lines.append("python -m pip install -r requirements.txt")
    tested = view.tests or view.examples
    if tested:
        lines += ["python -m pip install pytest hypothesis", "python -m pytest"]
    else:
        lines += [f"python {path}" for path in sorted(view.files or {}) if path.endswith(".py")]
    lines.append("```")
    if tested:
        lines += [
            "",
            "The tests ran in a sandbox on their own data; run them on yours before you rely on it.",
        ]
    return "\n".join(lines)


def _receipt(view: ExecutionView) -> str:
    if view.receipt is None:
        return ""
    return (
        "## The receipt\n\n`receipt.json` says what was proved about exactly these bytes, signed with key "
        f"{view.receipt.key_id}."
    )
