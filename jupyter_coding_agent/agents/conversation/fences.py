"""Fenced blocks of a Markdown text, as models write them rather than as the standard has them."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

# An extension that is known, or "numpy.random" and "v1.2" would be paths too.
_PATH = (
    r"(?:[A-Za-z]:)?[\w./\\~-]*[\w-]\.(?:py|pyi|ipynb|js|mjs|cjs|jsx|ts|tsx|java|go|cs|sql|json|ya?ml|toml|ini|cfg|txt|md|csv|html?"
    r"|css|xml|sh|j2)"
)
_OPENING = re.compile(r"^(?P<indent>\s*(?:[-*>]\s+)?)(?P<ticks>`{3,}|~{3,})\s*(?P<info>[^`]*)$")
_ATTRIBUTE = re.compile(
    r"""\b(?:path|file|filename|title|name)\s*[=:]\s*(?:"([^"]+)"|'([^']+)'|([^\s"'}]+))""", re.IGNORECASE
)
_INFO_PATH = re.compile(rf"(?:^|[\s:])({_PATH})\s*$")
_FIRST_LINE = re.compile(
    rf"^(?:#|//|--|/\*|<!--)\s*(?:(?:file(?:name)?|path)\s*:)?\s*({_PATH})\s*(?:\*/|-->)?\s*$", re.IGNORECASE
)
_WRITEFILE = re.compile(r"^%%(?:write)?file\s+(?:-a\s+)?(\S+)\s*$")
_HEADING = re.compile(rf"(?<![\w/\\.])({_PATH})(?![\w/\\])")
_MAX_NAMING = 200


@dataclass(frozen=True)
class Block:
    """A fenced block. `path` is None if nothing names one; `closed` is False if the fence never ends."""

    language: str
    path: str | None
    text: str
    closed: bool


@dataclass
class _Open:
    ticks: str
    indent: str
    info: str
    heading: str
    lines: list[str]
    nested: int = 0


def blocks(text: str) -> list[Block]:
    """The blocks of a text in order."""
    found = _scan(text, nesting=True)
    if all(block.closed for block in found):
        return found
    # What looked like an inner fence may have been none: by the letter of the standard it may come out whole.
    by_standard = _scan(text, nesting=False)
    return by_standard if all(block.closed for block in by_standard) else found


def _scan(text: str, *, nesting: bool) -> list[Block]:
    found: list[Block] = []
    current: _Open | None = None
    heading = ""
    for line in text.split("\n"):
        opening = _OPENING.match(line)
        if current is None:
            if opening:
                current = _Open(opening["ticks"], opening["indent"], opening["info"].strip(), heading, [])
            elif line.strip():
                heading = line.strip()
            continue
        if opening and _closes(current.ticks, opening):
            if not current.nested:
                found.append(_block(current, closed=True))
                current, heading = None, ""
                continue
            current.nested -= 1
        elif opening and opening["info"] and len(opening["ticks"]) >= len(current.ticks):
            if _info_path(opening["info"]):
                # A new file begins: the one before was never closed.
                found.append(_block(current, closed=False))
                current = _Open(opening["ticks"], opening["indent"], opening["info"].strip(), "", [])
                continue
            current.nested += nesting
        current.lines.append(line)
    if current is not None:
        found.append(_block(current, closed=False))
    return found


def _closes(ticks: str, line: re.Match[str]) -> bool:
    return not line["info"] and line["ticks"].startswith(ticks)


def _block(opened: _Open, *, closed: bool) -> Block:
    lines = opened.lines
    if opened.indent:
        lines = textwrap.dedent("\n".join(lines)).split("\n")
    words = re.split(r"[\s:{]", opened.info.lstrip("{."), maxsplit=1)
    language = "" if re.fullmatch(_PATH, words[0]) else words[0].lower().rstrip("}")
    path = _info_path(opened.info)
    if path is None and lines and len(lines[0]) <= _MAX_NAMING:
        named = _WRITEFILE.match(lines[0]) or _FIRST_LINE.match(lines[0])
        if named:
            path, lines = named[1], lines[1:]
    return Block(language, path or _heading_path(opened.heading), "\n".join(lines), closed)


def _info_path(info: str) -> str | None:
    attribute = _ATTRIBUTE.search(info)
    if attribute:
        return next(group for group in attribute.groups() if group)
    plain = _INFO_PATH.search(info)
    return plain[1] if plain else None


def _heading_path(heading: str) -> str | None:
    """The path in the line above a block, if that line is there to name it."""
    # A path is named in a short line; searching a long one would only take time.
    paths = _HEADING.findall(heading) if len(heading) <= _MAX_NAMING else []
    if len(paths) != 1:
        return None
    path: str = paths[0]
    bare = heading.strip("#*_`: ")
    names_it = (
        bare == path or heading.endswith(":") or re.match(r"(?i)[#*_\s]*(?:file|path|filename)\b", heading)
    )
    return path if names_it else None
