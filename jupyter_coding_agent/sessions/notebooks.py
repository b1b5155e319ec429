"""A session as a notebook, and any notebook as a session. Cells are text: none is ever run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..core.errors import InvalidInput
from .portable import FORMAT, Portable, PortableMessage, read

_MARK = "coding_agent"
"""The key of our metadata in a notebook and in each of its cells."""
_WHO = {"user": "You", "assistant": "Agent", "system": "Note"}
_LONGEST_ERROR = 300
_UNTITLED = "Imported notebook"


def notebook_of(session: Portable) -> dict[str, Any]:
    """The conversation as Markdown cells, and each result's code as cells below it, nbformat 4.5."""
    v4 = _nbformat().v4

    cells = [cell for message in session.messages for cell in _cells(message)]
    for number, cell in enumerate(cells):
        # The same session gives the same bytes.
        cell["id"] = f"cell-{number}"
    metadata = {_MARK: {"title": session.title}, "language_info": {"name": "python"}}
    return dict(v4.new_notebook(cells=cells, metadata=metadata))


def written(session: Portable) -> str:
    """The same as the text of an .ipynb file."""
    nbformat = _nbformat()
    return str(nbformat.writes(nbformat.from_dict(notebook_of(session))))


def _nbformat() -> Any:
    """Loaded at its first use; most of it ships no types."""
    import nbformat

    return nbformat


def _cells(message: PortableMessage) -> Iterator[dict[str, Any]]:
    v4 = _nbformat().v4

    ours = message.model_dump(exclude={"text", "files"}, exclude_none=True)
    source = f"{_heading(message)}\n\n{message.text}"
    yield v4.new_markdown_cell(source, metadata={_MARK: ours})
    for path, text in message.files.items():
        new = v4.new_code_cell if path.endswith(".py") else v4.new_raw_cell
        tags = [] if message.status == "passed" else ["not-validated"]
        yield new(text, metadata={_MARK: {"path": path}, "tags": tags})


def _heading(message: PortableMessage) -> str:
    status = message.status
    said = {None: "", "passed": " (passed)"}.get(status, f" ({status}, not validated)")
    return f"**{_WHO[message.role]}**{said}"


def session_of(notebook: dict[str, Any]) -> Portable:
    """A notebook as a session: our own as it was, another's text as the user's messages and code as notes.

    Raises InvalidInput where it is not a notebook, or what it says of messages can't be used.
    """
    converted = _valid(notebook)
    messages: list[dict[str, Any]] = []
    for number, cell in enumerate(converted["cells"]):
        try:
            _take_in(messages, cell)
        except (TypeError, ValueError, KeyError, IndexError) as error:
            where = f"document.cells.{number}.metadata.{_MARK}"
            raise InvalidInput(f"{where} does not describe a message of a session.", field=where) from error
    if not messages:
        raise InvalidInput("This notebook has no cell with text in it.", field="document.cells")
    ours = converted["metadata"].get(_MARK)
    title = ours.get("title", _UNTITLED) if isinstance(ours, dict) else _UNTITLED
    return read({"format": FORMAT, "title": title, "messages": messages})


def _valid(notebook: dict[str, Any]) -> Any:
    nbformat = _nbformat()
    try:
        # By way of its text: this joins sources that are lists of lines, as they are in files.
        converted = nbformat.reads(json.dumps(notebook), as_version=4)
        nbformat.validate(converted)
    except Exception as error:  # a converter of hostile documents fails in any way
        first = (str(error) or type(error).__name__).splitlines()[0][:_LONGEST_ERROR]
        raise InvalidInput(f"This is not a notebook that can be read: {first}", field="document") from error
    return converted


def _take_in(messages: list[dict[str, Any]], cell: Any) -> None:
    source, ours = cell["source"], cell["metadata"].get(_MARK)
    if ours is None:
        if source.strip():
            role = "user" if cell["cell_type"] == "markdown" else "system"
            messages.append({"role": role, "text": source})
        return
    if "path" in ours:
        messages[-1].setdefault("files", {})[str(ours["path"])] = source
        return
    heading, _, text = source.partition("\n\n")
    # Whoever has edited the cell may have removed the heading.
    messages.append({**ours, "text": text if heading.startswith("**") and text else source})
