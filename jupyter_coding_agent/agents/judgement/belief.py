"""Which of several solutions is right, by the agreement of solutions and tests.

Neither generated tests nor generated solutions can be trusted alone. Bayes' rule weighs both: every group of
solutions that behave alike is a hypothesis ("this is the right behaviour"), and so is "none of them". The
likelihoods are those published for generated code, rounded to the careful side:

- a test expects the right thing with 0.85 (generated test outputs are right about 85 % of the time);
- an independent solution is right with 0.6; wrong ones share one misreading in a third of the cases;
- a wrong solution passes a right test with 0.65: it is plausible, not absurd;
- a wrong test agrees with a given wrong solution in a sixth of the cases (half of the wrong tests share a
  misreading, one of three).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

TEST_RIGHT = 0.85
SOLUTION_RIGHT = 0.6
SAME_MISREADING = 1 / 3
WRONG_PASSES_RIGHT_TEST = 0.65
WRONG_PASSES_WRONG_TEST = 1 / 6


@dataclass(frozen=True)
class Behaviour:
    """Solutions that behave alike: how many were drawn independently, and which tests they pass, in order.

    None stands for a test that they were repaired to pass: that they pass it says nothing.
    """

    draws: int
    passes: tuple[bool | None, ...]


def posterior(behaviours: Sequence[Behaviour], hard_passed: int = 0) -> list[float]:
    """The probability of each behaviour to be the right one; what is missing to 1 is that of "none of them".

    All have the same number of tests. `hard_passed`: tests of the user's own that all of them pass.
    """
    hypotheses: list[int | None] = [*range(len(behaviours)), None]
    logs = [_likelihood(behaviours, right, hard_passed) for right in hypotheses]
    most = max(logs)
    weights = [math.exp(log - most) for log in logs]
    return [weight / sum(weights) for weight in weights[:-1]]


def _likelihood(behaviours: Sequence[Behaviour], right: int | None, hard_passed: int) -> float:
    """The logarithm of how likely what was seen is, if the behaviour `right` (or none seen) is right."""
    wrong = [behaviour for number, behaviour in enumerate(behaviours) if number != right]
    log = len(wrong) * hard_passed * math.log(WRONG_PASSES_RIGHT_TEST)
    for behaviour in wrong:
        log += behaviour.draws * math.log(1 - SOLUTION_RIGHT)
        log += max(behaviour.draws - 1, 0) * math.log(SAME_MISREADING)
    if right is not None:
        log += behaviours[right].draws * math.log(SOLUTION_RIGHT)
    for test in range(len(behaviours[0].passes) if behaviours else 0):
        passes = [behaviour.passes[test] for behaviour in wrong]
        if_right = TEST_RIGHT * _product(passes, WRONG_PASSES_RIGHT_TEST)
        if_wrong = (1 - TEST_RIGHT) * _product(passes, WRONG_PASSES_WRONG_TEST)
        passed = behaviours[right].passes[test] if right is not None else None
        either = if_right + if_wrong
        log += math.log(either if passed is None else if_right if passed else if_wrong)
    return log


def _product(passes: Sequence[bool | None], probability: float) -> float:
    return math.prod(probability if passed else 1 - probability for passed in passes if passed is not None)
