from itertools import product

import pytest

from jupyter_coding_agent.agents.judgement.belief import (
    SAME_MISREADING,
    SOLUTION_RIGHT,
    TEST_RIGHT,
    WRONG_PASSES_RIGHT_TEST,
    WRONG_PASSES_WRONG_TEST,
    Behaviour,
    posterior,
)


def passing(tests: int, draws: int = 1) -> Behaviour:
    return Behaviour(draws, (True,) * tests)


def test_it_is_bayes_rule_written_out():
    """Two solutions, two tests: the likelihoods of every hypothesis, by hand."""
    one, other = Behaviour(2, (True, True)), Behaviour(1, (True, False))
    p, q = SOLUTION_RIGHT, 1 - SOLUTION_RIGHT
    r, w = WRONG_PASSES_RIGHT_TEST, WRONG_PASSES_WRONG_TEST
    t, f = TEST_RIGHT, 1 - TEST_RIGHT
    if_one = p**2 * q * (t * r) * (t * (1 - r))
    if_other = p * q**2 * SAME_MISREADING * (t * r) * (f * w)
    if_none = q**3 * SAME_MISREADING * (t * r * r + f * w * w) * (t * r * (1 - r) + f * w * (1 - w))
    total = if_one + if_other + if_none
    assert posterior([one, other]) == pytest.approx([if_one / total, if_other / total])


def test_probabilities_leave_room_for_none_of_them():
    for first, second in product([0, 1, 2], repeat=2):
        beliefs = posterior([passing(3, first), Behaviour(second, (False, True, False))])
        assert all(0 <= belief <= 1 for belief in beliefs)
        assert sum(beliefs) < 1


def test_more_independent_solutions_are_more_evidence():
    beliefs = [posterior([passing(5, draws)])[0] for draws in (1, 2, 3)]
    assert beliefs == sorted(beliefs)
    assert beliefs[0] < 0.98 < beliefs[2]


def test_more_tests_are_more_evidence():
    beliefs = [posterior([passing(tests, 2)])[0] for tests in (0, 3, 6, 9)]
    assert beliefs == sorted(beliefs)


def test_examples_of_the_user_are_evidence():
    assert posterior([passing(5)], 3)[0] > posterior([passing(5)], 0)[0]


def test_two_that_agree_are_believed_against_one_wrong_test():
    """Three solutions behave alike and fail a test that nobody passes."""
    alone = posterior([Behaviour(3, (True,) * 6 + (False,))])[0]
    assert alone > 0.98


def test_the_one_that_passes_is_believed_against_those_that_fail_more():
    right, wrong = posterior([passing(7, 2), Behaviour(2, (True,) * 4 + (False,) * 3)])
    assert right > 0.98
    assert wrong < 0.01


def test_what_a_repair_was_made_to_pass_says_nothing():
    """A repaired solution satisfies a wrong test; two independent ones fail it and pass the hidden ones."""
    repaired = Behaviour(1, (None, None, None, None, True, False))
    independent = Behaviour(2, (True, True, True, False, True, True))
    beliefs = posterior([repaired, independent])
    assert beliefs[1] > beliefs[0]
    told = Behaviour(1, (True, True, True, True, True, False))
    assert posterior([told, independent])[0] > beliefs[0]


def test_no_solution_no_belief():
    assert posterior([]) == []
