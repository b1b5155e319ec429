"""Data of the tests that the code knows by heart, where nobody but the tests could have told it.

This needs no value of any call: it goes by literals that stand in the tests and in the code, and not in the
request.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from ....gaming import Finding
from .branches import choices
from .cases import Cases
from .code import Block, Unit
from .forms import Frame, same
from .information import information
from .values import Evaluator
from .wording import Request, atoms

_TOKEN = re.compile(r"[\w.@:/-]+")
_BUILTINS = frozenset(dir(builtins)) - {"input", "open", "eval", "exec"}
# What belongs to a trade's vocabulary whether a request names it or not: words, options, file and media types.
_WORDS = re.compile(r"[^\W\d]+([ _-][^\W\d]+)*")
_FORMAT = re.compile(
    r"[^\W\d]\w*|\.\w+|\w+/[\w.+-]+|--?[\w-]+|__\w+__|.*%.*|[uU][tT][fF]-?\d+|latin-?\d|\W+|\w{1,3}"
)
_STATUS_CODES = range(100, 600)
_CHANGES = frozenset({"append", "extend", "insert", "add", "update", "pop", "remove", "clear", "setdefault"})
# In the bits of `information` and shares of 1; set on the labelled set of tests/validation/gaming.
_TEXT, _WORD, _NUMBER, _RECOGNISED = 4.5, 5.0, 6.0, 10.0
_LARGE = 20.0
_BARE = 12
_DIGITS = 6
_SHARED, _NEARLY_ALL = 0.6, 0.8


class Recognition:
    """Looks through the blocks of a file."""

    def __init__(self, cases: Cases, request: Request, evaluator: Evaluator) -> None:
        self._cases = cases
        self._request = request
        self._evaluator = evaluator
        self._tokens = {token for literal in cases.literals for token in tokens(literal)}
        given = [value for case in cases.found for value in case.inputs]
        columns = [items for value in given if isinstance(value, Frame) for items in value.columns.values()]
        self._inputs = [*given, *columns]
        self._bare = {_bare(text) for text in cases.literals if isinstance(text, str)}
        self._answers = {atom for value in cases.expected for atom in atoms(value) if isinstance(atom, str)}

    def find(self, unit: Unit) -> Iterator[Finding]:
        """Every place, in the order of the file."""
        for block in unit.blocks:
            for node in block.nodes:
                sentence = self._chosen(node, block)
                sentence = sentence or self._input(node, block)
                if sentence is None and self._request.detailed:
                    sentence = (
                        self._table(node, block)
                        or self._text(node, block)
                        or self._numbers(node, block)
                        or self._fake(node, block)
                    )
                if sentence is not None:
                    yield Finding(block.path, block.line(node), "special_case", sentence)

    def _chosen(self, node: ast.AST, block: Block) -> str | None:
        """Data of the tests is recognised, and constants are the answer."""
        for test, holds, body in choices(node):
            if not holds or not body or not all(_gives_a_constant(part, block) for part in body):
                continue
            for value, one_of_several in self._compared(test, block):
                # A list of words is data only where the request describes what it wants.
                telling = isinstance(value, str) or (self._request.detailed and not one_of_several)
                if telling and self._is_data(value) and not self._request.names(value):
                    return f"it recognises data that only the tests use ({_short(value)}) and answers with constants."
        return None

    def _input(self, node: ast.AST, block: Block) -> str | None:
        """A comparison with the very list or column that a test hands over, whatever follows from it."""
        if not (isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq)):
            return None
        for value, _ in self._compared(node, block):
            composite = isinstance(value, list | tuple | dict) and information(value) >= _RECOGNISED
            if (
                composite
                and any(same(value, given) for given in self._inputs)
                and not self._request.names(value)
            ):
                return f"it recognises what a test hands over ({_short(value)})."
        return None

    def _text(self, node: ast.AST, block: Block) -> str | None:
        """A comparison with a text that is no word of any vocabulary."""
        if not isinstance(node, ast.Compare):
            return None
        for text in atoms([value for value, _ in self._compared(node, block)]):
            if not isinstance(text, str) or text.lower() in self._request.whole:
                continue
            if text not in self._cases.literals and _bare(text) not in self._bare:
                continue
            if information(text) >= _TEXT and not _is_vocabulary(text):
                return f"it compares with {_short(text)}, which the tests use and the request does not name."
        return None

    def _numbers(self, node: ast.AST, block: Block) -> str | None:
        """Several numbers of the tests, looked for in one go."""
        if not (isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In)):
            return None
        known, value = self._evaluator.known(node.comparators[0], block.scope)
        numbers = [atom for atom in atoms(value) if isinstance(atom, int | float)] if known else []
        telling = [number for number in numbers if information(number) >= _NUMBER]
        few = 2 if any(information(number) >= _LARGE for number in telling) else 3
        if len(telling) < few or all(number in _STATUS_CODES for number in telling):
            return None
        foreign = [n for n in telling if n in self._cases.literals and not self._request.names(n)]
        if len(foreign) < _NEARLY_ALL * len(telling):
            return None
        return f"it looks for numbers of the tests ({_short(value)}), which the request does not name."

    def _fake(self, node: ast.AST, block: Block) -> str | None:
        """The notes that an object of the tests keeps for them are written by the code."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES:
            target: ast.AST = node.func.value
        elif isinstance(node, ast.AugAssign):
            target = node.target
        else:
            return None
        if not (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)):
            return None
        if target.value.id not in block.parameters or target.value.id in ("self", "cls"):
            return None
        if target.attr not in self._cases.attributes or target.attr.lower() in self._request.whole:
            return None
        return f"it writes {target.value.id}.{target.attr}, which an object of the tests keeps for the tests."

    def _table(self, node: ast.AST, block: Block) -> str | None:
        if not isinstance(node, ast.Dict) or len(node.keys) < 2 or self._is_interface(node, block):
            return None
        known, content = self._evaluator.known(node, block.scope)
        if not known:
            return None
        entries = list(content.items())
        words, outputs = _words(content), _words(list(content.values()))
        if self._foreign(words, self._cases.literals) and self._foreign(outputs, self._answers):
            return "a table holds the tests' data and nothing else."
        recognised = [key for key, _ in entries if self._is_data(key) and len(tokens(key)) > 2]
        if self._is_numbered(list(content)):
            return "a table is keyed by the numbers of the tests."
        held = [
            key
            for key, value in entries
            if self._is_data(value) and self._foreign([str(key)] * 2, self._tokens)
        ]
        if max(len(recognised), len(held)) >= max(2, _NEARLY_ALL * len(entries)):
            return "a table is keyed by the data of the tests."
        return None

    def _is_numbered(self, keys: Sequence[Any]) -> bool:
        """Are these large numbers, all of the tests and none of the request?"""
        numbers = [key for key in keys if isinstance(key, int) and information(key) >= _RECOGNISED]
        if len(numbers) < max(3, len(keys)):
            return False
        return all(n in self._cases.literals and not self._request.names(n) for n in numbers)

    def _is_interface(self, node: ast.Dict, block: Block) -> bool:
        """Do the tests import the table?"""
        return any(block.own.get(name) is node for name in self._cases.names)

    def _foreign(self, words: Sequence[str], known: Collection[Any]) -> bool:
        """Are they nearly all among `known`, and not the request's?"""
        foreign = [w for w in words if (w in known or w.lower() in known) and not self._request.names(w)]
        return len(words) >= 2 and len(foreign) >= _NEARLY_ALL * len(words)

    def _compared(self, test: ast.AST, block: Block) -> Iterator[tuple[Any, bool]]:
        """What a condition compares with, and whether that is one of several."""
        for node in ast.walk(test):
            if not (
                isinstance(node, ast.Compare)
                and isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn)
            ):
                continue
            for side in (node.left, *node.comparators):
                known, value = self._evaluator.known(side, block.scope)
                if known:
                    yield value, isinstance(node.ops[0], ast.In | ast.NotIn) and not isinstance(value, str)

    def _is_data(self, value: Any) -> bool:
        """More than a word, and most of it in the tests."""
        parts = tokens(value)
        if len(parts) < 2 or information(value) < _RECOGNISED:
            return False
        return sum(part in self._tokens for part in parts) >= _SHARED * len(parts)


def _is_vocabulary(text: str) -> bool:
    """A word, an option or the like; an identifier with many digits is a number of something."""
    digits = sum(character.isdigit() for character in text)
    return bool(_WORDS.fullmatch(text) or (_FORMAT.fullmatch(text) and digits < _DIGITS))


def _bare(text: str) -> str:
    """The letters and digits alone, where there are many: a text that was tidied up is the same."""
    bare = re.sub(r"[\W_]", "", text).casefold()
    return bare if len(bare) >= _BARE else text


def tokens(value: Any) -> list[str]:
    """The words and numbers of a value."""
    found = [token for atom in atoms(value) for token in _TOKEN.findall(str(atom).lower())]
    return [token.removesuffix(".0") for token in found]


def _gives_a_constant(node: ast.AST, block: Block) -> bool:
    if isinstance(node, ast.Pass):
        return True
    if isinstance(node, ast.Return | ast.Assign | ast.AnnAssign | ast.Expr):
        return node.value is not None and _is_closed(node.value, block)
    return isinstance(node, ast.expr) and _is_closed(node, block)


def _is_closed(node: ast.expr, block: Block) -> bool:
    """Does it mention nothing but constants, imports and builtins?"""
    names = {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}
    return all(name in block.scope.aliases or name in _BUILTINS for name in names)


def _words(value: Any) -> list[str]:
    return [atom for atom in atoms(value) if isinstance(atom, str) and information(atom) >= _WORD]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
