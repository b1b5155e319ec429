"""What leaves the kernel with a request, put together without secrets, and shown before or after it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..client import words
from ..core.redaction import Redactor
from . import context, render
from .screen import Bundle

if TYPE_CHECKING:
    from ..client.api import AgentClient
    from .session import Kernel

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
        gathered = context.gather(
            request,
            kernel.namespace(),
            kernel.hidden(),
            kernel.cells(),
            redactor=redactor,
            samples_welcome=client.samples_welcome,
        )
    return Letter(prompt, gathered, _withheld(redactor.summary(), in_request))


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
    return shown({"prompt": letter.prompt, "context": letter.context}, "Would be sent; nothing was.", files)


def shown(what: Mapping[str, Any], heading: str, files: Sequence[str] = ()) -> Bundle:
    """A request's words and context (see GET /execute/{id}/context), all of it but long texts."""
    about = what["context"]
    notebook = about.get("notebook") or {}
    rows = [("request", what["prompt"]), *(("file", name) for name in files)]
    rows += [(name, text) for name, text in (about.get("variables") or {}).items()]
    rows += [(f"sample of {one['name']}", one["text"]) for one in about.get("samples") or []]
    rows += [("cell", _cut(cell["source"])) for cell in about.get("cells") or []]
    rows += [("runs before, in the sandbox", _cut(source)) for source in notebook.get("before") or []]
    rows += [
        (f"{name}, into the sandbox", f"{value['description']} ({len(value['content'])} characters)")
        for name, value in (notebook.get("values") or {}).items()
    ]
    rows += [(f"{name}, not into the sandbox", why) for name, why in (notebook.get("missing") or {}).items()]
    if about.get("kernel_python"):
        rows.append(("Python", about["kernel_python"]))
    packages = about.get("packages") or []
    notes = [f"The names of {words.count(len(packages), 'installed package')}."] if packages else []
    if not (about.get("variables") or about.get("cells") or notebook):
        notes.insert(0, "Nothing of the notebook's variables and cells.")
    return render.table(heading, [], rows, notes)


def _cut(source: str) -> str:
    more = len(source) - MAX_SHOWN_CELL
    return source if more <= 0 else f"{source[:MAX_SHOWN_CELL]}… and {more} characters more"
