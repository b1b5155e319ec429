"""The examples that a user wrote into the request: hard tests, so only what can't be misread becomes one.

A hard test is never put in doubt later, so a wrong one would make every right solution fail. An example
counts only if its call needs nothing but the solution and its expected value is a literal; when in doubt it
stays prose that the model reads.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from itertools import islice

from ..validation.models import Example

MAX_EXAMPLES = 50
_MAX_CHARACTERS = 2_000
_MAX_ASSERTS = 100
_MAX_ASSERT_LINES = 20
_MAX_CALLS = 20  # looked at in one line: a line of nothing but brackets must not cost seconds

_CALL_START = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?=\()")
_ATTRIBUTE = re.compile(r"\.[A-Za-z_]\w*")
_DEFINITION = re.compile(r"\b(?:def|class)\s+$")
_ARROW = r"==|->|=>|→|⇒|⟶|=(?!=)|#\s*(?:=>|->|→)"
_VERB = (
    r"(?:should|must|will|would)\s+(?:return|give|be|equal|yield|produce|evaluate\s+to)"
    r"|returns|gives|equals|yields|produces|evaluates\s+to|is"
)
_RELATION = re.compile(
    rf"[`*]{{0,3}}\s*(?:(?P<arrow>{_ARROW})|(?P<verb>\b(?:{_VERB})\b))\s*[:]?\s*[`*]{{0,3}}", re.IGNORECASE
)
_NUMBER = re.compile(r"[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?j?(?<!\.)")
_WORD = re.compile(r"(?:True|False|None)\b")
_STRING_START = re.compile(r"(?:[rRbBuU]|[rR][bB]|[bB][rR])?(?=['\"])")
# What may follow an expected value: an end, or a word that begins another thought. All else may change it.
_AFTER = re.compile(
    r"[`*]{0,3}\s*(?:$|[;)](?!\w)|\.(?:\s|$)|,(?!\s*[-+\d'\"\[({])|#|—|(?:and|while|because|since|as)\b)",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:not|never|wrong\w*|incorrect\w*|currently|instead|but|bug|buggy|rather than|unless|sometimes"
    r"|approx\w*|about)\b|n't\b",
    re.IGNORECASE,
)
_BUILTINS = frozenset(dir(builtins))
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def find_examples(prompt: str) -> list[Example]:
    """The hard examples in a request, in order, each once; a call with two different answers is left out."""
    found: dict[str, Example] = {}
    contradicted: set[str] = set()
    for example in [*_doctests(prompt), *_asserts(prompt), *_relations(prompt)]:
        earlier = found.setdefault(example.call, example)
        if ast.literal_eval(earlier.expected) != ast.literal_eval(example.expected):
            contradicted.add(example.call)
    return [example for call, example in found.items() if call not in contradicted][:MAX_EXAMPLES]


def _doctests(prompt: str) -> Iterator[Example]:
    """``>>> f(2)`` with its result below."""
    lines = [line.strip() for line in prompt.splitlines()]
    for number, line in enumerate(lines):
        if not line.startswith(">>> "):
            continue
        source, end = [line[4:]], number + 1
        while end < len(lines) and lines[end].startswith("..."):
            source.append(lines[end][3:].removeprefix(" "))
            end += 1
        if end < len(lines) and lines[end] and not lines[end].startswith((">>>", "```")):
            example = _example("\n".join(source), lines[end], "\n".join(lines[number : end + 1]))
            if example:
                yield example


def _asserts(prompt: str) -> Iterator[Example]:
    """``assert f(2) == 5``, also over several lines; any other assertion is expected to hold."""
    lines = prompt.splitlines()
    starts = (number for number, line in enumerate(lines) if line.strip().strip("`").startswith("assert "))
    for number in islice(starts, _MAX_ASSERTS):
        for end in range(number + 1, min(number + _MAX_ASSERT_LINES, len(lines)) + 1):
            source = "\n".join(lines[number:end]).strip().strip("`")
            statement = _statement(source)
            if isinstance(statement, ast.Assert):
                example = _from_assert(statement, source)
                if example:
                    yield example
                break


def _from_assert(statement: ast.Assert, source: str) -> Example | None:
    test = statement.test
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq | ast.Is):
        left, right = ast.unparse(test.left), ast.unparse(test.comparators[0])
        example = _example(left, right, source) or _example(right, left, source)
        if example:
            return example
    return _example(f"bool({ast.unparse(test)})", "True", source)


def _relations(prompt: str) -> Iterator[Example]:
    """``f(2, 3) == 5``, ``f(2) -> 5``, ``f(2) returns 5`` anywhere in a line."""
    for line in prompt.splitlines():
        if len(line) > _MAX_CHARACTERS or line.lstrip(" `").startswith((">>>", "...", "assert ")):
            continue
        for start in islice(_CALL_START.finditer(line), _MAX_CALLS):
            example = _relation(line, start)
            if example:
                yield example


def _relation(line: str, start: re.Match[str]) -> Example | None:
    end = _expression_end(line, start.end())
    relation = _RELATION.match(line, end) if end else None
    if not relation or _DEFINITION.search(line[: start.start()]):
        return None
    value_end = _literal_end(line, relation.end())
    if not value_end or not _AFTER.match(line, value_end):
        return None
    expected = line[relation.end() : value_end]
    if expected == "None" and relation["arrow"] == "->":
        return None  # a signature's annotation, not an example
    if _DOUBT.search(_sentence(line, start.start(), value_end)):
        return None
    return _example(line[start.start() : end], expected, line[start.start() : value_end])


def _sentence(line: str, start: int, end: int) -> str:
    """The sentence around an example without the example itself."""
    before = re.split(r"[.!?;]\s", line[:start])[-1]
    after = re.split(r"[.!?;](?:\s|$)", line[end:])[0]
    return f"{before} {after}"


def _expression_end(text: str, position: int) -> int:
    """Where a call that opens at `position` ends, with what is chained to it; 0 if it never does."""
    end = 0
    while position < len(text):
        if text[position] in "([":
            position = _bracket_end(text, position)
            if not position:
                return 0
            end = position
            continue
        attribute = _ATTRIBUTE.match(text, position)
        if not attribute:
            break
        position = end = attribute.end()
    return end


def _literal_end(text: str, position: int) -> int:
    """Where a literal that begins at `position` ends; 0 if none begins there."""
    if position >= len(text):
        return 0
    if text[position] in _CLOSING:
        return _bracket_end(text, position)
    for pattern in (_NUMBER, _WORD):
        match = pattern.match(text, position)
        if match:
            return match.end()
    prefix = _STRING_START.match(text, position)
    return _string_end(text, prefix.end()) if prefix else 0


def _bracket_end(text: str, position: int) -> int:
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


def _example(call: str, expected: str, source: str) -> Example | None:
    """The example, if the call needs nothing but the solution and the expected value is a literal."""
    call, expected = call.strip(), expected.strip()
    statement = _statement(call)
    if not isinstance(statement, ast.Expr) or not _needs_only_the_solution(statement.value):
        return None
    try:
        literal = repr(ast.literal_eval(expected))
        ast.literal_eval(literal)  # "1e999" and "[1, ...]" are read as what has no literal
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    return Example(call=ast.unparse(statement.value), expected=literal, source=source.strip())


def _statement(source: str) -> ast.stmt | None:
    if len(source) > _MAX_CHARACTERS:
        return None
    try:
        body = ast.parse(source).body
        ast.unparse(ast.Module(body, []))  # what can be read but is nested too deeply to be written
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return body[0] if len(body) == 1 else None


def _needs_only_the_solution(expression: ast.expr) -> bool:
    """It calls a name of the solution; every other name is a builtin or bound in the expression itself."""
    if any(isinstance(node, ast.Constant) and node.value is Ellipsis for node in ast.walk(expression)):
        return False  # "f([1, 2, ...])" is a sketch of a call
    called = {id(node.func) for node in ast.walk(expression) if isinstance(node, ast.Call)}
    names = [node for node in ast.walk(expression) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(expression) if isinstance(node, ast.arg)}
    own = [node for node in names if id(node) in called and node.id not in _BUILTINS | bound]
    return bool(own) and all(id(node) in called or node.id in _BUILTINS | bound for node in names)
