"""Where calls and literals end in running text, in time that grows with what is read."""

from __future__ import annotations

import re

CALL_START = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?=\()")
_ATTRIBUTE = re.compile(r"\.[A-Za-z_]\w*")
_NUMBER = re.compile(r"[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?j?(?<!\.)")
_WORD = re.compile(r"(?:True|False|None)\b")
_STRING_START = re.compile(r"(?:[rRbBuU]|[rR][bB]|[bB][rR])?(?=['\"])")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def expression_end(text: str, position: int) -> int:
    """Where a call that opens at `position` ends, with what is chained to it; 0 if it never does."""
    end = 0
    while position < len(text):
        if text[position] in "([":
            position = bracket_end(text, position)
            if not position:
                return 0
            end = position
            continue
        attribute = _ATTRIBUTE.match(text, position)
        if not attribute:
            break
        position = end = attribute.end()
    return end


def literal_end(text: str, position: int) -> int:
    """Where a literal that begins at `position` ends; 0 if none begins there."""
    if position >= len(text):
        return 0
    if text[position] in _CLOSING:
        return bracket_end(text, position)
    for pattern in (_NUMBER, _WORD):
        match = pattern.match(text, position)
        if match:
            return match.end()
    prefix = _STRING_START.match(text, position)
    return _string_end(text, prefix.end()) if prefix else 0


def bracket_end(text: str, position: int) -> int:
    """Past the bracket that closes the one at `position`; 0 if it is never closed."""
    open_brackets: list[str] = []
    while position < len(text):
        character = text[position]
        if character in "'\"":
            position = _string_end(text, position)
            if not position:
                return 0
            continue
        if character in _CLOSING:
            open_brackets.append(_CLOSING[character])
        elif character in ")]}":
            if character != open_brackets.pop():
                return 0
            if not open_brackets:
                return position + 1
        position += 1
    return 0


def _string_end(text: str, position: int) -> int:
    quote = text[position] * 3 if text.startswith(text[position] * 3, position) else text[position]
    position += len(quote)
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text.startswith(quote, position):
            return position + len(quote)
        else:
            position += 1
    return 0
