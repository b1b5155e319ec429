"""What a proposal must not do to make a cell run: leave out what it is for, or catch what it raises.

A cell that runs says nothing of whether it still does its work. So what it defined it must define, what it did it
must do, and the exception has to be mended instead of hidden. Everything here only parses.
"""

from __future__ import annotations

import ast
import builtins
import difflib
from collections.abc import Iterator, Mapping, Sequence

from ..source import pysource
from .book import Book

_SIMILAR = 0.5
_MOST_STATEMENTS = 300
_CATCH_ALL = frozenset({"", "Exception", "BaseException"})
_TEMPORARY = ast.For | ast.AsyncFor | ast.With | ast.AsyncWith | ast.ExceptHandler
_FIXED = ast.Constant | ast.List | ast.Tuple | ast.Dict | ast.Set


def findings(book: Book, files: Mapping[str, str], raised: str) -> list[str]:
    """Sentences: where `files` hide the exception of this type instead of mending it; empty where nowhere."""
    found = []
    for change in book.changes(files):
        found += [f"{change.name}: {wrong}" for wrong in _wrong(change.before, change.after, raised)]
    return found


def _wrong(before: str, after: str, raised: str) -> Iterator[str]:
    if _magic(after) != _magic(before):
        yield "it is put under another magic."
    old, new = pysource.parse(before), pysource.parse(after)
    if new is None:
        return
    if old is None:
        if _size(after) < _size(before) / 2:
            yield "most of its lines are left out."
        return
    yield from _lost_names(old, new, raised)
    yield from _fixed_values(old, new)
    yield from _left_out(old, new)
    yield from _swallowed(old, new, raised)


def lasting_names(body: Sequence[ast.stmt]) -> set[str]:
    """What a cell leaves behind, without imports and what is only in use for a while."""
    return _names(body, dead=True, imports=False, temporary=False)


def names_in(tree: ast.AST) -> list[ast.Name]:
    """Every name in it."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.Name)]


def _magic(source: str) -> str:
    first = source.lstrip().partition("\n")[0]
    return first if first.startswith("%%") else ""


def _size(source: str) -> int:
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in source.splitlines())


def _lost_names(old: ast.Module, new: ast.Module, raised: str) -> Iterator[str]:
    # A wrong import is mended by importing something else.
    imports = raised in ("ImportError", "ModuleNotFoundError", "AttributeError")
    kept = _names(new.body, dead=False, imports=True, temporary=True)
    needed = _names(old.body, dead=True, imports=not imports, temporary=False)
    lost = sorted(needed - kept)
    if lost:
        yield f"it no longer defines {', '.join(lost[:5])}."


def _names(body: Sequence[ast.stmt], *, dead: bool, imports: bool, temporary: bool) -> set[str]:
    """Names that stay after a run. `dead`: also by what can never run; `temporary`: also of loops and the like."""
    found: set[str] = set()
    for node in _live(body, dead=dead):
        if isinstance(node, pysource.Function | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= (
                {alias.asname or alias.name.partition(".")[0] for alias in node.names} if imports else set()
            )
        elif isinstance(node, _TEMPORARY):
            found |= _stored(node) if temporary else set()
        else:
            found |= _stored(node)
    return found


def _live(body: Sequence[ast.stmt], *, dead: bool) -> Iterator[ast.stmt]:
    """The statements of a body and of the blocks in it, each once; those of functions are not its own."""
    for node in body:
        yield node
        if isinstance(node, pysource.Function | ast.ClassDef):
            continue
        never = not dead and isinstance(node, ast.If | ast.While) and _never(node.test)
        blocks = [getattr(node, name, []) for name in ("orelse", "finalbody")]
        blocks += [] if never else [getattr(node, "body", [])]
        blocks += [handler.body for handler in getattr(node, "handlers", [])]
        blocks += [case.body for case in getattr(node, "cases", [])]
        for block in blocks:
            yield from _live(block, dead=dead)
        if not dead and isinstance(node, ast.Raise):
            return


def _never(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and not test.value


def _stored(node: ast.stmt) -> set[str]:
    """What the statement itself binds, not the blocks in it."""
    own = [
        child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt | ast.ExceptHandler)
    ]
    return {
        name.id
        for child in own
        for name in ast.walk(child)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    } - _of_comprehensions(own)


def _of_comprehensions(nodes: Sequence[ast.AST]) -> set[str]:
    return {
        name.id
        for node in nodes
        for part in ast.walk(node)
        if isinstance(part, ast.comprehension)
        for name in ast.walk(part.target)
        if isinstance(name, ast.Name)
    }


def _fixed_values(old: ast.Module, new: ast.Module) -> Iterator[str]:
    """Names that were computed and are now given a value."""
    computed = {name for name, values in _values(old).items() if not any(map(_is_fixed, values))}
    for name, values in _values(new).items():
        if name in computed and all(map(_is_fixed, values)):
            yield f"{name} is given a fixed value instead of being computed."


def _values(tree: ast.Module) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in _live(tree.body, dead=False):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(value, ast.expr):
                found.setdefault(target.id, []).append(value)
    return found


def _is_fixed(value: ast.expr) -> bool:
    return isinstance(value, _FIXED) and not any(
        isinstance(node, ast.Name | ast.Call | ast.Attribute) for node in ast.walk(value)
    )


def _left_out(old: ast.Module, new: ast.Module) -> Iterator[str]:
    """Statements that nothing has come in the place of."""
    before, after = _doing(old), _doing(new)
    if len(after) < len(before) <= _MOST_STATEMENTS:
        texts = [ast.unparse(node) for node in after]
        for node in before:
            text = ast.unparse(node)
            if not any(_alike(text, other) for other in texts):
                yield f"it leaves out line {node.lineno}: {text.partition(chr(10))[0][:80]}"
    if before and after and isinstance(before[-1], ast.Expr) and not isinstance(after[-1], ast.Expr):
        yield "it no longer shows what its last line showed."
    if before and not after:
        yield "nothing of it is left."


def _doing(tree: ast.Module) -> list[ast.stmt]:
    """The statements of a cell that do something, without imports and what stands in strings."""
    return [
        node
        for node in tree.body
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.Pass)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        and not (isinstance(node, ast.If | ast.While) and _never(node.test))
    ]


def _alike(one: str, other: str) -> bool:
    return one in other or difflib.SequenceMatcher(None, one, other).ratio() >= _SIMILAR


def _swallowed(old: ast.Module, new: ast.Module, raised: str) -> Iterator[str]:
    known = [ast.dump(node) for node in ast.walk(old) if isinstance(node, ast.ExceptHandler)]
    suppressed = [ast.dump(node) for node in ast.walk(old) if _suppresses(node)]
    inner = {id(node) for body in _functions(new) for node in ast.walk(body)}
    for node in ast.walk(new):
        if isinstance(node, ast.ExceptHandler) and ast.dump(node) not in known:
            hides = id(node) not in inner or _does_nothing(node)
            if _catches(node.type, raised) and hides and not _goes_on(node):
                yield f"it catches {raised} instead of mending what raises it."
        elif _suppresses(node) and ast.dump(node) not in suppressed:
            yield f"it suppresses {raised} instead of mending what raises it."


def _suppresses(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and pysource.last_name(node.func) == "suppress"


def _functions(tree: ast.Module) -> list[ast.AST]:
    return [node for node in ast.walk(tree) if isinstance(node, pysource.Function | ast.Lambda)]


def _catches(types: ast.expr | None, raised: str) -> bool:
    """Whether a handler takes the exception: by its name, one of its bases, or all there are."""
    error = getattr(builtins, raised, None)
    bases = {base.__name__ for base in error.__mro__} if isinstance(error, type) else {raised}
    named = types.elts if isinstance(types, ast.Tuple) else [types]
    return any((pysource.last_name(one) if one else "") in bases | _CATCH_ALL for one in named)


def _goes_on(handler: ast.ExceptHandler) -> bool:
    """Whether it raises again, or imports something else in place of what is missing."""
    return any(isinstance(node, ast.Raise | ast.Import | ast.ImportFrom) for node in ast.walk(handler))


def _does_nothing(handler: ast.ExceptHandler) -> bool:
    return all(
        isinstance(node, ast.Pass | ast.Continue | ast.Break)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
        or (isinstance(node, ast.Return) and (node.value is None or _is_none(node.value)))
        for node in handler.body
    )


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
