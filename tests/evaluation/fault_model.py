"""The fault-injecting model: an OpenAI-compatible server that knows right, wrong and gamed answers to each task.

It errs at stated rates, from a seed: the same seed, task, kind of request and count of such requests give the
same draw, whatever else was asked in between. The model's name carries the seed, ``…-s3``, and tells apart the
executions of different runs.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random

from tests.evaluation.reading import Asked, Shown, read
from tests.evaluation.special_cases import special_cased
from tests.evaluation.tasks import Task, TaskTest, render_tests
from tests.scripted_model import Reply, Request, ScriptedModel

_SEED = re.compile(r"-s(\d+)$")
_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True)
class Rates:
    """How often the model errs."""

    wrong_test: float = 0.15
    """Each test, on its own."""
    misread: float = 0.5
    """Of the wrong tests: those that share a wrong solution's misreading."""
    wrong_code: float = 0.4
    """A solution written from the request."""
    gamed: float = 0.1
    """Of the wrong solutions: those made for the tests."""
    repaired: float = 0.6
    """A repair that is shown a right test that fails gives the right solution."""
    obeys: float = 0.5
    """A repair that is shown only wrong tests gives what they ask for."""
    fewest_tests: int = 6
    most_tests: int = 8


class FaultModel(ScriptedModel):
    """Serves as `ScriptedModel` does, and remembers no request: an evaluation makes many thousands."""

    def __init__(self, tasks: Sequence[Task], rates: Rates | None = None, *, port: int = 0) -> None:
        super().__init__([], port=port)
        self._tasks = tasks
        self._rates = rates or Rates()
        self._counts: dict[tuple[str, str, str], int] = defaultdict(int)
        self._written: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self._turn = threading.Lock()

    def answer(self, request: Request) -> Reply:
        """The reply to a request, or an error where it is none that this model knows."""
        # One at a time: not only for the counts, but because Python's parser is not safe in several threads.
        with self._turn:
            try:
                text = self._text(request)
            except LookupError as error:
                return Reply(status=400, error={"message": str(error), "type": "invalid_request_error"})
        usage = (len(request.text) // _CHARACTERS_PER_TOKEN, len(text) // _CHARACTERS_PER_TOKEN)
        return Reply(text, usage=usage)

    def _text(self, request: Request) -> str:
        model = str(request.body.get("model", ""))
        asked = read(request.messages, self._tasks, lambda task: self._written[model, task.id])
        number = self._counts[model, asked.task.id, asked.kind]
        self._counts[model, asked.task.id, asked.kind] += 1
        seed = _SEED.search(model)
        random = Random(f"{seed[1] if seed else 0}/{asked.task.id}/{asked.kind}/{number}")
        draw = Draw(asked, self._rates, random)
        if asked.kind not in ("tests", "more tests"):
            return _block(asked.path, draw.repair() if asked.kind == "repair" else draw.code())
        written = self._written[model, asked.task.id]
        expectations = draw.expectations(written if asked.kind == "more tests" else ())
        written |= expectations
        return _block(asked.path, render_tests(asked.task, expectations))


class Draw:
    """One reply, drawn."""

    def __init__(self, asked: Asked, rates: Rates, random: Random) -> None:
        self._asked, self._rates, self._random = asked, rates, random
        self._solutions = asked.task.solutions

    def expectations(self, used: Collection[str] = ()) -> dict[str, str]:
        """Some of the task's tests → what each expects. None that is `used`, if there are others."""
        tests = self._asked.task.tests
        pool = [test for test in tests if test.name not in used] or tests
        count = self._random.randint(self._rates.fewest_tests, self._rates.most_tests)
        chosen = self._random.sample(pool, min(count, len(pool)))
        return {test.name: self._expectation(test) for test in chosen}

    def _expectation(self, test: TaskTest) -> str:
        if not self._happens(self._rates.wrong_test):
            return test.right
        if self._happens(self._rates.misread) and test.misread:
            return self._random.choice(list(test.misread.values()))
        return test.wrong

    def code(self) -> str:
        """A solution written from the request, whatever tests are shown."""
        if not self._happens(self._rates.wrong_code):
            return self._solutions.right
        if self._happens(self._rates.gamed):
            return self._gamed()
        return self._random.choice(self._solutions.wrong).code

    def _gamed(self) -> str:
        """A gamed solution of the task's, or a wrong one that answers the tests in the prompt."""
        wrong = self._random.choice(self._solutions.wrong)
        cases = [
            one
            for one in self._asked.shown
            if one.expected != one.test.misread.get(wrong.name, one.test.right)
        ]
        if cases and self._happens(0.5):
            made = special_cased(wrong.code, self._asked.task, cases)
            if made is not None:
                return made
        return self._random.choice(self._solutions.gamed).code

    def repair(self) -> str:
        """What a repair gives: it believes whatever fails."""
        failing = self._asked.failing
        if not failing or any(one.is_right for one in failing):
            if self._happens(self._rates.repaired):
                return self._solutions.right
            return self._another_or_the_same()
        if self._happens(self._rates.obeys):
            obeying = self._obeying(failing)
            if obeying is not None:
                return obeying
        return self._random.choice([self._asked.code, self._solutions.right])

    def _another_or_the_same(self) -> str:
        return self._random.choice([self._asked.code, self._random.choice(self._solutions.wrong).code])

    def _obeying(self, failing: Sequence[Shown]) -> str | None:
        """Code that does what wrong tests expect: by their misreading, or by special cases. None: it can't."""
        ways = [
            wrong.code
            for wrong in self._solutions.wrong
            if all(one.test.misread.get(wrong.name) == one.expected for one in failing)
        ]
        gamed = special_cased(self._asked.code, self._asked.task, failing)
        return self._random.choice([*ways, *([gamed] if gamed else [])] or [None])

    def _happens(self, probability: float) -> bool:
        return self._random.random() < probability


def _block(path: str, text: str) -> str:
    return f"```python path={path}\n{text.strip()}\n```\n"
