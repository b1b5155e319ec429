"""What a verdict says of the notebook that the code was proved in: for the receipt, and in sentences."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence

from .models import Notebook, NotebookProof
from .quality import counted

_SHOWN = 5
_UNDEFINED = re.compile(r"NameError: name '(\w+)' is not defined")
_NO_FILE = re.compile(r"(?:FileNotFoundError|NotADirectoryError): (.*)")
_NO_NETWORK = re.compile(
    r"(?:gaierror|URLError|ConnectionError|ConnectError|ConnectionRefusedError|NewConnectionError|OperationalError"
    r"|OSError): .*(?:Network is unreachable|name resolution|Name or service not known|Failed to resolve"
    r"|nodename nor servname)"
)
_QUOTED = re.compile(r"'([^']{1,200})'")


def cell_digest(source: str) -> str:
    """SHA-256 of a cell's source without white space at its end, as `NotebookProof.cells` holds it."""
    return hashlib.sha256(source.rstrip().encode(errors="surrogatepass")).hexdigest()


def proof_of(
    notebook: Notebook | None,
    needed: Collection[str],
    not_there: Mapping[str, str],
    packages: Mapping[str, str],
) -> NotebookProof | None:
    """For the receipt; None where the code was proved on its own.

    `needed` are the names that the code and the cells before it use; `not_there` is what the run itself lacked.
    """
    if notebook is None:
        return None
    missing = {name: why for name, why in notebook.missing.items() if name in needed}
    proof = NotebookProof(
        cells=[cell_digest(source) for source in notebook.before],
        values={name: value.description for name, value in notebook.values.items()},
        missing={**missing, **not_there},
        packages=dict(packages),
    )
    return proof if proof != NotebookProof() else None


def lacking(message: str, notebook: Notebook) -> dict[str, str]:
    """What the sandbox has not, if a cell that only ran in its notebook failed by that: a name or a file → why.

    Empty where the failure is the code's own.
    """
    undefined = _UNDEFINED.search(message)
    if undefined is not None:
        name = undefined[1]
        return {name: notebook.missing[name]} if name in notebook.missing else {}
    no_file = _NO_FILE.search(message)
    if no_file is not None:
        quoted = _QUOTED.search(no_file[1])
        name = _printable(quoted[1]) if quoted else "a file"
        return {name: "the sandbox has no such file: attach it to have the code proved with it"}
    if _NO_NETWORK.search(message):
        return {"the network": "the sandbox has none"}
    return {}


def sentences(proof: NotebookProof | None, not_judged: bool) -> list[str]:
    """What a user should know of it, beginning with where the code ran."""
    if proof is None:
        return []
    found = []
    around = [counted(len(proof.cells), "cell")] if proof.cells else []
    around += [_named(proof.values)] if proof.values else []
    if around and not not_judged:
        found.append(f"It ran as in your notebook, after {' and with '.join(around)}.")
    elif around:
        found.append("The cell itself could not be run as it is in your notebook, only by its tests.")
    return [*found, *proof.shortfalls]


def _named(values: Mapping[str, str]) -> str:
    """``df and threshold``, with which part of them it is where it is not all."""
    shown = []
    for name, description in _first(values):
        part = next((text for text in description.split("; ") if text.startswith("the first ")), "")
        shown.append(f"{name} ({part})" if part else name)
    rest = len(values) - len(shown)
    shown += [f"{counted(rest, 'more value')}"] if rest else []
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _first(named: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    return list(named.items())[:_SHOWN]


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable()) or "a file"
