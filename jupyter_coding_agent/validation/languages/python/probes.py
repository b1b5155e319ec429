"""Further inputs by which two solutions can be told apart: the tests' own calls with one argument varied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest

from .calls import Argument, Call, direct_calls

MAX_PROBES = 24
_MAX_CALLS = 12  # of one function are varied
_LONGEST = 400  # characters of a call


@dataclass(frozen=True)
class Probes:
    """A test file that tries the inputs, and what each of its functions tries, e.g. ``f(0, 3)``."""

    source: str
    labels: Mapping[str, str]


def derive(tests: Mapping[str, str], modules: Collection[str]) -> Probes:
    """At most MAX_PROBES inputs that no test tries, the same for the same tests; `modules` are under test."""
    found = direct_calls(tests, modules)
    tried = {call.text for call in found.calls}
    functions: dict[tuple[str, str], list[Call]] = {}
    for call in found.calls:
        functions.setdefault((call.module, call.function), []).append(call)
    streams = [_untried(calls, tried) for calls in functions.values()]
    chosen = dict(islice(((call.text, call) for call in _in_turn(streams)), MAX_PROBES))
    names = [f"test_probe_{number}" for number in range(1, len(chosen) + 1)]
    source = [_test(name, call, found.cell_names) for name, call in zip(names, chosen.values(), strict=True)]
    head = "from agent_sandbox.observation import observed, observing\n"
    return Probes("\n\n".join([head, *source]), dict(zip(names, chosen, strict=True)))


def _test(name: str, call: Call, cell_names: Sequence[str]) -> str:
    imports = "".join(f"    import {module}\n" for module in sorted(call.libraries))
    if not call.module:
        inputs = ", ".join(f"{keyword!r}: {argument.text}" for keyword, argument in call.keywords)
        return (
            f"def {name}(cell):\n{imports}    observed.probe_cell(cell, {list(cell_names)!r}, {{{inputs}}})\n"
        )
    arguments = ", ".join([repr(call.module), repr(call.function), *call.argument_texts])
    return f"def {name}():\n{imports}    observed.probe({arguments})\n"


def _untried(calls: Sequence[Call], tried: Collection[str]) -> Iterator[Call]:
    """The calls of one function with one argument varied at a time: first every call's first variation."""
    seen_none = {
        place for call in calls for place, argument in call.arguments if argument == Argument("", None)
    }
    streams = []
    for call in calls[:_MAX_CALLS]:
        for place, argument in call.arguments:
            values = list(variations(argument.value))
            if place in seen_none and argument.value is not None:
                values.append(None)
            streams.append([call.with_argument(place, _valued(argument, value)) for value in values])
    others = {call.text: call for call in _in_turn(streams)}
    return (call for text, call in others.items() if text not in tried and len(text) <= _LONGEST)


def _in_turn(streams: Iterable[Iterable[Call]]) -> Iterator[Call]:
    return (call for turn in zip_longest(*streams) for call in turn if call is not None)


def _valued(argument: Argument, value: object) -> Argument:
    return Argument("", None) if value is None else replace(argument, value=value)


def variations(value: object) -> Iterator[object]:
    """Values of the same kind that are near a boundary, then others; deterministic."""
    match value:
        case bool():
            yield not value
        case int():
            yield from (0, 1, -1, 2 * value + 3, -value, value + 1)
        case float():
            yield from (0.0, 1.0, -value, 2 * value + 0.5)
        case str():
            yield from ("", value[:1], value.swapcase(), value[::-1], f" {value} ", value + value)
        case bytes():
            yield from (b"", value[:1], value[::-1], value + value)
        case list() | tuple():
            yield from _sequences(value)
        case set() | frozenset():
            yield from (type(value)(), type(value)(islice(sorted(value, key=repr), 1)))
        case dict():
            yield from _mappings(value)


def _sequences(value: list[object] | tuple[object, ...]) -> Iterator[object]:
    items = list(value)
    others = [[other, *items[1:]] for item in items[:1] for other in islice(variations(item), 4)]
    for changed in ([], items[:1], items[::-1], items + items, items + items[:1], *others):
        yield type(value)(changed)


def _mappings(value: dict[object, object]) -> Iterator[object]:
    columns = [item for item in value.values() if isinstance(item, list)]
    if columns and len(columns) == len(value) and len({len(column) for column in columns}) == 1:
        # Columns of a table: its rows are varied.
        for rows in (slice(0, 0), slice(0, 1), slice(None, None, -1)):
            yield {key: column[rows] for key, column in zip(value, columns, strict=True)}
        yield {key: column + column for key, column in zip(value, columns, strict=True)}
        return
    yield {}
    yield dict(islice(value.items(), 1))
    yield dict(reversed(value.items()))
    for key, item in islice(value.items(), 1):
        for other in islice(variations(item), 4):
            yield {**value, key: other}
