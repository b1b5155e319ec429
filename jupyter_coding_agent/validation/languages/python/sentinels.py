"""Sentinels: tests that the host plants among the user's, some of which must fail.

Code that reports "all passed" instead of running the tests can't know which of them must not pass. A sentinel
is a copy of one of the file's own short tests under a name recombined from its neighbours' words, with one
expected value replaced or a computed assertion at its end; where nothing can be copied it is that assertion
alone. They stand behind the user's tests of the last file, so lines stay what they were and what they leave
behind disturbs nobody.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from ....core import syntax
from ...expectation import Sentinels
from .expected import Function, is_fixture, mentions_skip, names_in
from .source import PARSE_ERRORS

# A copy doubles what its original costs and does, so whatever may be slow or leave traces is not copied.
_COSTLY = {
    "sleep", "subprocess", "Popen", "system", "fork", "Thread", "Process", "Pool", "ThreadPoolExecutor",
    "ProcessPoolExecutor", "timeit", "perf_counter", "monotonic", "time", "fit", "benchmark", "given",
    "unlink", "remove", "rmtree", "mkdir", "connect", "sqlite3", "environ", "exit", "_exit", "plt", "pyplot",
    "figure", "Figure", "displayed", "axes", "gca", "gcf", "savefig",
}  # fmt: skip
# Fixtures that are made anew for every test.
_FRESH_FIXTURES = {"cell", "tmp_path", "monkeypatch"}
# Whose left side is lenient about what equals it.
_LENIENT = {"approx", "ANY", "isclose", "allclose"}
_LONGEST_COPY = 40
_WORDS = ("value", "result", "case", "input", "empty", "basic", "order", "type", "returns", "simple", "edge")
_IDENTIFIER = re.compile(r"\w+")
_PLACEHOLDER = "planted_test"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Planted:
    """The test files with sentinels among them."""

    tests: dict[str, str]
    collect: list[str]
    sentinels: Sentinels


def plant(
    tests: Mapping[str, str],
    collect: Sequence[str],
    taken: frozenset[str],
    random: Random,
    *,
    copies: bool = True,
) -> Planted:
    """Plant at least one sentinel that must fail and one that must pass.

    Without `copies` no test of the file is repeated. `taken` are paths that a new test file must not have:
    sentinels get a file of their own where the user's last one can't hold them (it is broken, marked as a
    whole, or has fixtures that act on every test).
    """
    host = next((path for path in reversed(collect) if path in tests), None)
    tree = _parsed(tests[host]) if host is not None else None
    if host is None or tree is None or not _can_hold(tree, tests):
        path = _free_path(taken | set(tests), collect, random)
        functions, sentinels = _write(path, "", ast.Module([], []), random, copies)
        return Planted({**tests, path: functions.lstrip("\n")}, [*collect, path], sentinels)
    text = tests[host]
    functions, sentinels = _write(host, text, tree, random, copies)
    return Planted(
        {**tests, host: text + ("" if text.endswith("\n") else "\n") + functions}, list(collect), sentinels
    )


def _parsed(text: str) -> ast.Module | None:
    try:
        return syntax.parse(text)
    except PARSE_ERRORS:
        return None


def _can_hold(tree: ast.Module, tests: Mapping[str, str]) -> bool:
    """May a module-level function be added here and be sure to run and to report what it must?"""
    if any(path.rsplit("/", 1)[-1] == "conftest.py" for path in tests):
        return False
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id in ("pytestmark", "__test__")
            for target in node.targets
        ):
            return False
        if isinstance(node, Function):
            if is_fixture(node) and any(
                "autouse" in ast.dump(decorator) for decorator in node.decorator_list
            ):
                return False
            if node.name.startswith(("setup", "teardown", "pytest_")):
                return False
        elif not isinstance(node, ast.ClassDef) and (mentions_skip(node) or _may_rebind(node)):
            return False
    return True


def _may_rebind(node: ast.stmt) -> bool:
    return any(
        name in ("globals", "exec", "modules", "setattr", "int") for name in names_in(node)
    ) and not isinstance(node, ast.Import | ast.ImportFrom)


def _free_path(taken: frozenset[str] | set[str], collect: Sequence[str], random: Random) -> str:
    folder = collect[-1].rpartition("/")[0] if collect else ""
    words = [
        part for path in collect for part in _parts(path.rsplit("/", 1)[-1].removesuffix(".py"))
    ] or list(_WORDS)
    while True:
        name = "_".join(["test", random.choice(words), random.choice(_WORDS), random.choice(_WORDS)]) + ".py"
        path = f"{folder}/{name}" if folder else name
        if path not in taken:
            return path


def _write(path: str, text: str, tree: ast.Module, random: Random, copy_tests: bool) -> tuple[str, Sentinels]:
    """The source of the sentinels of one file, and what each must report."""
    known = set(_IDENTIFIER.findall(text))
    originals = sorted(_copyable(tree) if copy_tests else [], key=_size)
    written: list[str] = []
    must_fail: set[str] = set()
    must_pass: set[str] = set()
    copies: set[str] = set()
    swapped: set[str] = set()

    def add(source: str, *kinds: set[str]) -> None:
        name = _name(tree, known, random)
        known.add(name)
        written.append(source.replace(_PLACEHOLDER, name, 1))
        for kind in kinds:
            kind.add(f"{path}::{name}")

    wrong = next(((original, copy) for original in originals if (copy := _swapped(original, random))), None)
    if wrong is not None:
        add(wrong[1], must_fail, swapped)
    elif originals:
        add(_source([*originals[0].body, _assertion(False, random)], originals[0]), must_fail)
    add(_source([_assertion(False, random)]), must_fail)
    add(_source([_assertion(True, random)]), must_pass)
    copied = wrong[0] if wrong else originals[0] if originals else None
    others = [original for original in originals if original is not copied]
    # With few tests each copy weighs more: then only one that must fail is a copy.
    if len(others) > 1:
        add(_source([*others[0].body, _assertion(True, random)], others[0]), must_pass, copies)
    random.shuffle(written)
    source = "\n\n" + "\n\n\n".join(written) + "\n"
    return source, Sentinels(*map(frozenset, (must_fail, must_pass, copies, swapped)))


def _size(function: Function) -> int:
    return sum(1 for _ in ast.walk(function))


def _copyable(tree: ast.Module) -> list[ast.FunctionDef]:
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    return [node for name, node in functions.items() if name.startswith("test") and _harmless(node)]


def _harmless(node: ast.FunctionDef) -> bool:
    arguments = node.args
    if (
        node.decorator_list
        or arguments.vararg
        or arguments.kwarg
        or arguments.kwonlyargs
        or arguments.defaults
    ):
        return False
    if not {argument.arg for argument in arguments.args} <= _FRESH_FIXTURES:
        return False
    names = set(names_in(node))
    if names & _COSTLY or mentions_skip(node):
        return False
    loops = (ast.For, ast.While, ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal, ast.Return, ast.Import)
    children = list(ast.walk(node))
    if any(isinstance(child, loops) for child in children):
        return False
    numbers = [child.value for child in children if isinstance(child, ast.Constant)]
    if any(isinstance(value, int | float) and abs(value) >= 100_000 for value in numbers):
        return False
    return len(children) < _LONGEST_COPY * 10 and (node.end_lineno or 0) - node.lineno < _LONGEST_COPY


def _name(tree: ast.Module, known: set[str], random: Random) -> str:
    names = [node.name for node in tree.body if isinstance(node, Function) and node.name.startswith("test_")]
    words = sorted({word for name in names for word in _parts(name)})
    if len(words) < 4:
        words += _WORDS
    lengths = [len(_parts(name)) for name in names] or [2, 3]
    while True:
        wanted = max(1, min(random.choice(lengths), 5, len(words)))
        candidate = "_".join(["test", *random.sample(words, wanted)])
        if candidate not in known:
            return candidate
        words.append(random.choice(_WORDS))


def _parts(name: str) -> list[str]:
    return [part for part in name.split("_") if part and part != "test"]


def _swapped(original: Function, random: Random) -> str | None:
    """A copy whose last ``assert … == literal`` has another literal; None without such an assertion."""
    if _LENIENT & set(names_in(original)):
        return None
    for statement in reversed(original.body):
        if not (isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Compare)):
            continue
        compared = statement.test
        if len(compared.ops) != 1 or not isinstance(compared.ops[0], ast.Eq):
            continue
        constants = _constants(compared.comparators[0])
        if constants and _constants(compared.left) is None:
            chosen = random.choice(constants)
            right, chosen.value = chosen.value, _other(chosen.value, random)
            source = _source(original.body, original)
            chosen.value = right
            return source
    return None


def _constants(node: ast.expr) -> list[ast.Constant] | None:
    """The constants of a literal that can be replaced by wholly different ones; None for no literal."""
    if isinstance(node, ast.Constant):
        value = node.value
        number = isinstance(value, int | float) and not isinstance(value, bool)
        word = isinstance(value, str) and any(letter.lower() in _LETTERS for letter in value)
        return [node] if number or word else []
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _constants(node.operand)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        items = node.elts
    elif isinstance(node, ast.Dict):
        items = node.values
    else:
        return None
    found = [_constants(item) for item in items]
    if any(constants is None for constants in found):
        return None
    return [constant for constants in found if constants for constant in constants]


def _other(value: object, random: Random) -> int | float | str:
    """So different that no honest equality, however forgiving, accepts it beside the first."""
    if isinstance(value, int | float):
        return value + random.randint(1_000, 9_999)
    changed = []
    for letter in str(value):
        if letter.lower() in _LETTERS:
            other = random.choice(_LETTERS.replace(letter.lower(), ""))
            letter = other.upper() if letter.isupper() else other
        changed.append(letter)
    return "".join(changed)


def _source(body: list[ast.stmt], like: Function | None = None) -> str:
    """A test function with this body, and with the fixtures of another; its name is yet to be put in."""
    function = syntax.parse(f"def {_PLACEHOLDER}(): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = body
    if like is not None:
        function.args = like.args
    return ast.unparse(ast.fix_missing_locations(ast.Module([function], [])))


def _assertion(holds: bool, random: Random) -> ast.stmt:
    """``assert int('1a3f', 16) % 97 == 12``: whether it holds can only be told by computing it."""
    number, modulus = random.randrange(0x1000, 0x10000), random.choice((53, 61, 71, 83, 97))
    remainder = number % modulus
    if not holds:
        remainder = (remainder + random.randrange(1, modulus)) % modulus
    return syntax.parse(f"assert int('{number:x}', 16) % {modulus} == {remainder}").body[0]
