"""The examples that a user wrote: hard tests, so only what can't be misread becomes one.

A hard test is never put in doubt later, so a wrong one would make every right solution fail. An example
counts only if its call needs nothing but the solution, its expected value is a literal, it is of something that
the request asks for, and nothing that the user wrote takes it back; when in doubt it stays prose that the model
reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ...core import syntax
from ...validation.models import Example
from ..source.pysource import defined_names
from . import code, relations, tables
from .asked import explicit_names, is_asked, is_library, is_mathematics, is_rebound
from .calls import called_names
from .candidate import Candidate
from .doubts import Doubts
from .signatures import Signature, contradicts, signatures, type_examples

MAX_EXAMPLES = 50
_MAX_PROMPT = 100_000
_MAX_CELL = 20_000
_MAX_CELLS = 40
_MAX_NAMES = 60  # are weighed: each takes a look at the whole request


def find_examples(prompt: str, cells: Sequence[str] = (), defined: Collection[str] = ()) -> list[Example]:
    """The hard examples in a request and in the notebook's cells (sources), in order, each once.

    `defined` are further names of the notebook: an example of one that exists is none of the solution.
    A call with two different answers is left out. Where the user wrote a function's types, the first example of
    it is asked for its type as well.
    """
    prompt, cells = prompt[:_MAX_PROMPT], [cell[:_MAX_CELL] for cell in cells[-_MAX_CELLS:]]
    known = signatures(prompt)
    request = _Request(prompt, cells, known, defined)
    found: dict[str, Example] = {}
    contradicted: set[str] = set()
    for example in (candidate.example for candidate in request.accepted()):
        earlier = found.setdefault(example.call, example)
        if syntax.literal_eval(earlier.expected) != syntax.literal_eval(example.expected):
            contradicted.add(example.call)
    examples = [example for call, example in found.items() if call not in contradicted][:MAX_EXAMPLES]
    return [*examples, *type_examples(examples, known)][:MAX_EXAMPLES]


class _Request:
    """What is known of a request when its examples are weighed."""

    def __init__(
        self, prompt: str, cells: Sequence[str], known: Mapping[str, Signature], defined: Collection[str]
    ) -> None:
        self._prompt = prompt
        self._cells = cells
        self._known = known
        self._doubts = Doubts(prompt)
        self._defined = {*defined, *(name for cell in cells for name in defined_names(cell))}
        self._explicit = explicit_names(prompt, known.values())
        self._weighed: dict[tuple[str, str], bool] = {}
        self._verdicts: dict[str, bool] = {}

    def accepted(self) -> Iterator[Candidate]:
        """The candidates of the prompt, then those of the cells, that are of something asked for."""
        written = [
            *code.sessions(self._prompt),
            *code.assertions(self._prompt),
            *relations.relations(self._prompt),
            *tables.table_examples(self._prompt, *self._one_function()),
        ]
        wanted = [candidate for candidate in written if not self._doubtful(candidate, self._prompt)]
        named = {name for candidate in wanted for name in called_names(candidate.example.call)}
        asked = {name for name in named if self._asked(name) or name in self._explicit}
        for candidate in wanted:
            names = called_names(candidate.example.call)
            if names <= asked or not (asked or self._explicit):
                yield candidate
        yield from self._of_cells()

    def _of_cells(self) -> Iterator[Candidate]:
        for cell in self._cells:
            for candidate in (*code.sessions(cell), *code.assertions(cell), *_comments(cell)):
                names = called_names(candidate.example.call)
                if not self._doubtful(candidate, cell) and all(map(self._asked, names)):
                    yield candidate

    def _doubtful(self, candidate: Candidate, text: str) -> bool:
        if self._doubts.about(candidate) or contradicts(candidate.example, self._known):
            return True
        return not all(self._is_of_the_solution(name, text) for name in called_names(candidate.example.call))

    def _is_of_the_solution(self, name: str, text: str) -> bool:
        """Would it mean the solution's own function? `text` is where the example stands."""
        if (name, text) not in self._weighed and len(self._weighed) < _MAX_NAMES:
            other = is_rebound(name, text) or self._stands_already(name) or self._of_others(name)
            self._weighed[name, text] = not other
        return self._weighed.get((name, text), False)

    def _stands_already(self, name: str) -> bool:
        """Is it something that exists, which the solution will not define anew?"""
        given = name in self._defined or (name in self._known and self._known[name].given)
        return given and not is_asked(name, self._prompt, to_change=True)

    def _of_others(self, name: str) -> bool:
        """Is it the name of a formula, or of a library's function that is only mentioned?"""
        if is_mathematics(name, self._prompt):
            return name not in self._explicit
        return is_library(name) and not self._asked(name)

    def _asked(self, name: str) -> bool:
        if name not in self._verdicts:
            self._verdicts[name] = is_asked(name, self._prompt, self._known.values())
        return self._verdicts[name]

    def _one_function(self) -> tuple[str | None, Signature | None]:
        """The function that the request names, where it names just one; with its signature where it has one."""
        names = {
            name for name in {*self._explicit, *self._known} if name in self._explicit or self._asked(name)
        }
        if len(names) != 1 or self._stands_already(*names) or set(self._known) - names:
            return None, None
        name = names.pop()
        return name, self._known.get(name)


def _comments(cell: str) -> Iterator[Candidate]:
    """``f(2)  # -> 5``: the only relation that means the same in code."""
    return (candidate for candidate in relations.relations(cell) if "#" in candidate.example.source)
