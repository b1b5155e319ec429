"""A scripted model's script that answers by what is asked: tests, code, a repair, another opinion."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from tests.scripted_model import Reply, Request

_SIGNS = {
    "retest": "Give `test_solution_second.py`",
    "strengthen": "Give `test_solution_more.py`",
    "tests": "Give `test_solution.py`",
    "alternative": "solve it your own way",
    "fresh": "a new solution from scratch",
    "repair": "at a solution did not pass",
}


def question_of(request: Request) -> str:
    """The kind of a request, by the words of our prompts; ``code`` where none of the others is asked."""
    return next((kind for kind, sign in _SIGNS.items() if sign in request.text), "code")


def by_question(**replies: str | Sequence[str]) -> Callable[[Request], Reply]:
    """Each kind has its replies in order; the last one is given again and again. Kinds without: status 500."""
    left = {kind: [given] if isinstance(given, str) else list(given) for kind, given in replies.items()}
    turn = threading.Lock()

    def answer(request: Request) -> Reply:
        kind = question_of(request)
        with turn:
            if kind not in left:
                return Reply(status=500, error={"message": f"nothing to say about: {kind}"})
            return Reply(left[kind].pop(0) if len(left[kind]) > 1 else left[kind][0])

    return answer
