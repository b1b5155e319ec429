"""Which small changes are made of Python code, and that making them survives anything."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from jupyter_coding_agent.validation.candidates import Candidate
from jupyter_coding_agent.validation.languages.python.mutants import MOST_CANDIDATES, candidates
from tests.work import calls_of


def of(text: str) -> list[Candidate]:
    return candidates({"a.py": text}, None)


def applied(text: str, candidate: Candidate) -> str:
    content, change = text.encode(), candidate.change
    return (content[: change.start] + change.text.encode() + content[change.end :]).decode()


def changed(text: str, operator: str) -> set[str]:
    """The code with each change of one operator."""
    return {applied(text, one) for one in of(text) if one.operator == operator}


@pytest.mark.parametrize(
    ("operator", "text", "expected"),
    [
        ("comparison", "x = a < b", {"x = a <= b"}),
        ("comparison", "x = a <= b", {"x = a < b"}),
        ("comparison", "x = a > b", {"x = a >= b"}),
        ("comparison", "x = a >= b", {"x = a > b"}),
        ("comparison", "x = a == b", {"x = a != b"}),
        ("comparison", "x = (a) != (b)", {"x = (a) == (b)"}),
        ("comparison", "x = a in b", {"x = a not in b"}),
        ("comparison", "x = a  not   in b", {"x = a  in b"}),
        ("comparison", "x = a is b", {"x = a is not b"}),
        ("comparison", "x = a is not b", {"x = a is b"}),
        ("comparison", "x = a < b < c", {"x = a <= b < c", "x = a < b <= c"}),
        ("comparison", "x = min(a)", {"x = max(a)"}),
        ("comparison", "x = s.startswith(t)", {"x = s.endswith(t)"}),
        ("arithmetic", "x = a + b", {"x = a - b"}),
        ("arithmetic", "x = a - b", {"x = a + b"}),
        ("arithmetic", "x = a * b", {"x = a / b"}),
        ("arithmetic", "x = a / b", {"x = a * b"}),
        ("arithmetic", "x = a // b", {"x = a / b"}),
        ("arithmetic", "x = a % b", {"x = a * b"}),
        ("arithmetic", "x = a ** b", {"x = a * b"}),
        ("arithmetic", "x += a", {"x -= a"}),
        ("arithmetic", "x //= a", {"x /= a"}),
        ("arithmetic", "x = d.mean()", {"x = d.max()"}),
        ("arithmetic", "x = 'a' + b", set()),
        ("arithmetic", "x = '%d' % b", set()),
        ("arithmetic", "x = a + [b]", set()),
        ("arithmetic", "x = a | b", set()),
        ("boundary", "x = 3", {"x = 4", "x = 2"}),
        ("boundary", "x = 0", {"x = 1", "x = (-1)"}),
        ("boundary", "x = 0.5", {"x = 1.5", "x = (-0.5)"}),
        ("boundary", "x = 0xFF", {"x = 256", "x = 254"}),
        ("boundary", "x = a[:n]", {"x = a[:(n) + 1]", "x = a[:(n) - 1]"}),
        ("boundary", "x = a[-1]", {"x = a[-2]", "x = a[-0]"}),
        ("boundary", "x = range(n)", {"x = range((n) + 1)", "x = range((n) - 1)"}),
        ("boundary", "x = range(a, n, s)", {"x = range(a, (n) + 1, s)", "x = range(a, (n) - 1, s)"}),
        ("boundary", "x = 1e400", set()),
        ("boolean", "x = a and b and c", {"x = a or b and c", "x = a and b or c"}),
        ("boolean", "x = a or b", {"x = a and b"}),
        ("boolean", "x = not a", {"x =  a"}),
        ("boolean", "x = True", {"x = False"}),
        ("boolean", "if a: pass", {"if not (a): pass"}),
        ("boolean", "while a < b: pass", {"while not (a < b): pass"}),
        ("boolean", "x = a if b else c", {"x = a if not (b) else c"}),
        ("boolean", "x = [a for a in b if c]", {"x = [a for a in b if not (c)]"}),
        ("boolean", "if a == b: pass", set()),
        ("boolean", "x = any(a)", {"x = all(a)"}),
        ("boolean", "x = d.merge(e, how='left')", {"x = d.merge(e, how='inner')"}),
        ("return", "def f(): return a + b", {"def f(): return None"}),
        ("return", "def f(): return None", set()),
        ("return", "def f(): return", set()),
        ("return", "def f(): yield a", {"def f(): yield None"}),
        ("return", "def f():\n    return (\n        a\n    )\n", {"def f():\n    return None\n\n\n"}),
        ("removed", "a.append(b)", {"pass"}),
        ("removed", "x += a", {"pass"}),
        ("removed", "d[a] = b", {"pass"}),
        ("removed", "o.a = b", {"pass"}),
        ("removed", "del a", {"pass"}),
        ("removed", "for a in b: break", {"for a in b: pass"}),
        ("removed", "for a in b: continue", {"for a in b: pass"}),
        ("removed", "async def f(): await g()", {"async def f(): pass"}),
        ("removed", "f(\n    a,\n)\n", {"pass\n\n\n"}),
        ("removed", "x = s.strip().split()", {"x = s.split()"}),
        ("removed", "x = a", set()),
        ("exception", "raise ValueError(a)", {"pass", "raise RuntimeError(a)"}),
        ("exception", "raise RuntimeError", {"pass", "raise ValueError"}),
        ("exception", "raise m.OwnError(a)", {"pass", "raise RuntimeError(a)"}),
        ("exception", "raise Exception(a)", {"pass"}),
        ("exception", "raise error", {"pass"}),
        ("exception", "try: a\nexcept KeyError: b", {"try: a\nexcept Exception: b"}),
        ("exception", "try: a\nexcept (A, B) as c: raise", {"try: a\nexcept Exception as c: raise",
                                                            "try: a\nexcept (A, B) as c: pass"}),
        ("exception", "try: a\nexcept Exception: b", set()),
    ],
)  # fmt: skip
def test_each_operator(operator: str, text: str, expected: set[str]) -> None:
    assert changed(text, operator) == expected


@pytest.mark.parametrize(
    "text",
    [
        '"""Up to 3 words."""',
        "def f():\n    '''3'''\n",
        "x: Literal[1, 2]",
        "def f(a: Literal[1]) -> Literal[2]: pass",
        "@cache(maxsize=3)\ndef f(): pass",
        "__all__ = ['a'] * 2",
        "__version__ = 3",
        "print(a + 1, 3)",
        "logging.info(a + 1)",
        "self.logger.debug('%s', 3)",
        "warnings.warn('x', stacklevel=2)",
        "if __name__ == '__main__':\n    main(3)\n",
        "if typing.TYPE_CHECKING:\n    x = 3\n",
        "x = f'{a + 1}'",
        "x = plt.figure(figsize=(8, 5))",
        "x = Model(random_state=42)",
        "from a import b",
        "assert a, 3 + 4",
        "x = a",
        "",
    ],
)
def test_what_tests_are_not_asked_to_notice_is_left_alone(text: str) -> None:
    assert of(text) == []


def test_a_message_is_left_alone_but_not_the_raise() -> None:
    assert {one.operator for one in of("raise ValueError(f'{1 + 2}' + str(3))")} == {"exception"}


def test_each_says_what_it_is_and_where() -> None:
    text = "class A:\n    def f(self):\n        return (self.a\n            < 3)\n"
    found = {(one.operator, one.line, one.scope, one.original, one.changed) for one in of(text)}
    assert ("comparison", 4, "A.f", "<", "<=") in found
    assert ("boundary", 4, "A.f", "3", "4") in found
    assert ("return", 3, "A.f", "return (self.a < 3)", "return None") in found


def test_it_counts_as_executed_where_its_statement_is() -> None:
    text = "if (\n    a <\n    b\n):\n    x = 1\n"
    lines = {one.operator: (one.change.first_line, one.change.last_line) for one in of(text)}
    assert lines == {"comparison": (1, 4), "boolean": (1, 4), "boundary": (5, 5)}


def apart(found: list[Candidate]) -> list[list[Candidate]]:
    """In as few groups as can be whose changes don't touch each other, each in the order of the text."""
    groups: list[list[Candidate]] = []
    for one in sorted(found, key=lambda one: one.change.start):
        for group in groups:
            if group[-1].change.end < one.change.start:
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def test_sources_keep_their_lines_and_parse() -> None:
    package = Path(__file__).parents[2] / "jupyter_coding_agent" / "validation"
    for path in package.rglob("*.py"):
        text = path.read_text()
        for group in apart(of(text)):
            new = text
            for one in reversed(group):
                new = applied(new, one)
                assert new.count("\n") == text.count("\n")
            ast.parse(new)


def test_text_beyond_ascii_and_other_line_ends_do_not_shift_anything() -> None:
    text = "ä = 'ößü€𝄞'; x = a < b\r\ny = c > d\rz = 'é' if a == b else 1\n"
    assert applied(text, of(text)[0]) == text.replace("a < b", "a <= b")
    assert text.replace("c > d", "c >= d") in changed(text, "comparison")


def test_cells_are_changed_around_their_magics() -> None:
    text = "%matplotlib inline\nfiles = !ls\nx = a < b\n!echo 3\ny = x?\nprint?\n"
    found = candidates({"cell": text.replace("y = x?\n", "")}, "cell")
    assert [(one.line, one.operator) for one in found] == [(3, "comparison")]
    text = text.replace("y = x?\n", "")
    assert applied(text, found[0]) == text.replace("<", "<=")


def test_only_python_is_changed() -> None:
    assert candidates({"data.csv": "x = 1", "a.pyx": "x = 1"}, None) == []
    assert candidates({"data.csv": "x = 1"}, "data.csv") != []


@pytest.mark.parametrize(
    "text",
    [
        "\0",
        "x = 1\0",
        "\ud800 = 1",
        "def f(:",
        "(" * 100_000,
        "[" * 90 + "1" + "]" * 90,
        "-" * 100_000 + "1",
        "x = " + "+".join(["1"] * 20_000),
        "x = " + "not " * 5_000 + "y",
        "a." * 50_000 + "a",
        "x = 0x" + "f" * 20_000,
        "x = " + "9" * 20_000,
        "\n".join(" " * depth + "if a < 1:" for depth in range(90)) + "\n" + " " * 90 + "pass",
        "x = '" + "a" * 200_000 + "'",
        "x = 1 < 2\n" * 20_000,
        "\ufeffx = 1 < 2",
        "\x0c\nx = 1 < 2\n\x0b",
    ],
)  # fmt: skip
def test_hostile_sources_are_bounded_work(text: str) -> None:
    assert calls_of(of, text) < 1_000_000
    found = of(text)
    assert len(found) <= MOST_CANDIDATES
    assert all(one.change.end <= len(text.encode(errors="replace")) for one in found)
