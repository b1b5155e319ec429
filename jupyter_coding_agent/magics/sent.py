"""What leaves the kernel with a request, put together without secrets, and shown before or after it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..client import words
from ..core.redaction import Redactor
from . import context, render
from .restoring import redacted
from .screen import Bundle

if TYPE_CHECKING:
    from ..client.api import AgentClient
    from .ports import Kernel

MAX_SHOWN_CELL = 4_000


@dataclass(frozen=True)
class Letter:
    """A request's words and what goes along about the notebook, as they are sent."""

    prompt: str
    context: dict[str, Any]
    withheld: str = ""
    """A sentence: what was taken out of them."""


def compose(request: str, kernel: Kernel, client: AgentClient, *, about: bool) -> Letter:
    """The letter of a request; without `about`, nothing of the notebook is looked at."""
    redactor = Redactor()
    prompt = redactor.text(request)
    in_request = redactor.summary()
    gathered: dict[str, Any] = {}
    if about:
        namespace, hidden, cells = kernel.namespace(), kernel.hidden(), kernel.cells()
        gathered = context.gather(
            request, namespace, hidden, cells, redactor=redactor, samples_welcome=client.samples_welcome
        )
        names = context.mentioned(request, context.user_names(namespace, hidden))
        gathered["notebook"] = found(names, kernel)
    return Letter(prompt, gathered, _withheld(redactor.summary(), in_request))


def found(names: Iterable[str], kernel: Kernel) -> dict[str, Any]:
    """What code that uses these names will find in the sandbox."""
    from . import carrying  # only now: it is not needed for loading the magics

    notebook = carrying.notebook_of(names, kernel.namespace(), kernel.hidden(), kernel.cells())
    notebook["before"] = [redacted(source) for source in notebook["before"]]
    return notebook


def of_words(words_: str) -> Letter:
    """The letter of words that go without anything about the notebook."""
    redactor = Redactor()
    prompt = redactor.text(words_)
    return Letter(prompt, {}, _withheld(redactor.summary(), redactor.summary()))


def _withheld(everywhere: str, in_request: str) -> str:
    if not everywhere:
        return ""
    own = f" In your request: {in_request}." if in_request else ""
    return f"Replaced before anything was sent: {everywhere}.{own} %agent show --context shows what was sent."


def preview(letter: Letter, attached: Sequence[str]) -> Bundle:
    """What would be sent."""
    files = [f"{name}: the file as it is" for name in attached]
    return shown(
        {"prompt": letter.prompt, "context": letter.context}, "This would be sent; nothing was.", files
    )


def shown(what: Mapping[str, Any], heading: str, files: Sequence[str] = ()) -> Bundle:
    """A request's words and context (see GET /execute/{id}/context), all of it but long texts."""
    about = what["context"]
    parts = [("Request", [("", what["prompt"])]), ("Files", [(name, "") for name in files])]
    parts += [*_of_the_notebook(about), ("Sandbox", _of_the_sandbox(about.get("notebook") or {}))]
    notes = []
    if not any(about.get(part) for part in ("variables", "cells", "notebook")):
        notes.append("Nothing of the notebook's variables and cells.")
    if about.get("kernel_python"):
        count = words.count(len(about.get("packages") or []), "installed package")
        notes.append(f"Python {about['kernel_python']}, and the names of {count}.")
    return render.listing(heading, [(title, rows) for title, rows in parts if rows], notes)


def _of_the_notebook(about: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        ("Variables, functions, imports", list((about.get("variables") or {}).items())),
        ("Values", [(one["name"], one["text"]) for one in about.get("samples") or []]),
        (
            "Cells, the oldest first",
            [(f"{n}", _cut(cell["source"])) for n, cell in enumerate(about.get("cells") or [], 1)],
        ),
    ]


def _of_the_sandbox(notebook: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the code finds where it is proved; no model sees it."""
    rows = [("runs before", _cut(source)) for source in notebook.get("before") or []]
    for name, value in (notebook.get("values") or {}).items():
        rows.append((name, f"{value['description']} ({len(value['content'])} characters)"))
    return rows + [(f"not {name}", why) for name, why in (notebook.get("missing") or {}).items()]


def _cut(source: str) -> str:
    more = len(source) - MAX_SHOWN_CELL
    return source if more <= 0 else f"{source[:MAX_SHOWN_CELL]}… and {more} characters more"
