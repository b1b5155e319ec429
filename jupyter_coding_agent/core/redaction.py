"""Takes secrets out of what is about to be sent: keys, tokens, passwords, private keys, e-mail addresses.

What comes out reads, and parses, as before: a secret is replaced by words in angle brackets, an address by one of
``example.com``, the same for the same.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial

from . import secret_shapes as shapes
from .redacting_code import literals_by_name, texts_in

_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY")
_END = re.compile(r"-----END (?:[A-Z0-9]+ )*PRIVATE KEY")
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=\\\s]{16,}")
EMAIL = "e-mail address"


class Redactor:
    """Redacts the parts of one message alike; `found` says what was taken out: kind → how often."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        self._people: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Words, a table, a traceback, a cell that is no Python."""
        for label, shape in shapes.shapes_in(text):
            text = shape.sub(partial(self._shaped, label), text)
        if shapes.names_in(text):
            text = self._without_named(text)
        return shapes.EMAIL.sub(self._email, text) if "@" in text else text

    def value(self, name: str, text: str) -> str:
        """The value of something called `name`."""
        kind = shapes.kind_of(name)
        if kind is not None and shapes.looks_secret(kind, text, sure=True):
            return self._taken(shapes.issuer(text) or kind)
        return self.text(text)

    def source(self, source: str) -> str:
        """A cell: what stands in its strings, comments and lines for the shell; nothing else is touched."""
        if not shapes.suspicious(source):
            return source
        code = source.replace("\r\n", "\n").replace("\r", "\n")
        spans = texts_in(code)
        if spans is None:
            return self.text(source)
        edits = [
            (start, end, f'{prefix}"{self._taken(shapes.issuer(code[start:end]) or kind)}"')
            for start, end, prefix, kind in literals_by_name(code)
        ]
        whole = [(start, end) for start, end, _ in edits]
        in_key = False
        for start, end in spans:
            if any(first <= start and end <= last for first, last in whole):
                continue
            text = code[start:end]
            if in_key and (_END.search(text) or _KEY_LINE.fullmatch(text)):
                # A private key that is put together of a string a line.
                redacted = self._taken("private key") if not _END.search(text) else ""
            else:
                redacted = self.text(text)
                in_key = bool(_BEGIN.search(text))
            in_key = in_key and not _END.search(text)
            if redacted != text:
                edits.append((start, end, redacted))
        return _applied(code, edits) if edits else source

    def summary(self) -> str:
        """``2 passwords, 1 GitHub token``; empty where nothing was found."""
        return ", ".join(f"{n} {_plural(kind) if n > 1 else kind}" for kind, n in self.found.items())

    def _taken(self, kind: str) -> str:
        self.found[kind] += 1
        return f"<redacted: {kind}>"

    def _shaped(self, label: str, match: re.Match[str]) -> str:
        if "secret" not in match.re.groupindex:
            return self._taken(label)
        secret = match["secret"]
        if shapes.stands_for_it(secret):
            return match[0]
        start, end = match.start("secret") - match.start(), match.end("secret") - match.start()
        return match[0][:start] + self._taken(label) + match[0][end:]

    def _without_named(self, text: str) -> str:
        edits, position = [], 0
        while match := shapes.NAMED.search(text, position):
            quoted = match["quoted"] is not None
            group = "quoted" if quoted else "plain"
            kind = shapes.kind_of(_whole_name(match))
            # ``getpass("Password: "), user="ada"``: what follows the quotation mark is not in quotes.
            outside = quoted and match[group].lstrip()[:1] in (")", "]", ",", "")
            if kind and not outside and shapes.looks_secret(kind, match[group], sure=quoted):
                edits.append((*match.span(group), self._taken(kind)))
                position = match.end()
            else:
                position = match.end("gap")
        return _applied(text, edits)

    def _email(self, match: re.Match[str]) -> str:
        before = match.string[max(0, match.start() - 60) : match.start()]
        if re.search(r"%\(\w+\)$", before):  # ``%(password)s@host``
            return match[0]
        # After a backslash the first letter is part of an escape.
        escape = match["local"][:1] if before.endswith("\\") else ""
        local = match["local"][len(escape) :]
        if not local or not shapes.is_somebodys(local, match["domain"]):
            return match[0]
        whole = f"{local}@{match['domain']}".lower()
        if whole not in self._people:
            self._people[whole] = f"redacted-{len(self._people) + 1}@example.com"
        self.found[EMAIL] += 1
        return escape + self._people[whole]


def _whole_name(match: re.Match[str]) -> str:
    """The name whose end was matched, as far as it goes back; without the letter of an escape."""
    text, start = match.string, match.start()
    first = max(0, start - 40)
    before = re.search(r"[\w.-]*$", text[first:start])
    begin = start - len(before[0]) if before else start
    if text[:begin][-1:] == "\\":
        begin += 1
    return text[begin : match.start("gap")]


def _applied(code: str, edits: list[tuple[int, int, str]]) -> str:
    parts, position = [], 0
    for start, end, new in sorted(edits):
        parts += [code[position:start], new]
        position = end
    return "".join([*parts, code[position:]])


def _plural(kind: str) -> str:
    return f"{kind}es" if kind.endswith("ss") else f"{kind}s"
