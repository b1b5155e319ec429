"""The model's rates over many seeds: each is within four standard errors of what is stated."""

import math
from collections import Counter

import httpx
import pytest

from tests.evaluation import prompted
from tests.evaluation.fault_model import FaultModel, Rates
from tests.evaluation.reading import shown_in
from tests.evaluation.samples import FRACTION, RIGHT, ROUNDED, a_task
from tests.evaluation.tasks import render_tests
from tests.scripted_model import Request

TASK = a_task()
SEEDS = 1500
ALL_RIGHT = render_tests(TASK, {test.name: test.right for test in TASK.tests})
FOR_TESTS = prompted.for_tests(TASK)
FOR_CODE = prompted.for_code(TASK, ALL_RIGHT)
WRONG_TEST = render_tests(TASK, {"test_1": "13.5"})


def asked(model, messages, seed):
    """The reply's file."""
    reply = model.answer(Request("/v1/chat/completions", {}, {"model": f"m-s{seed}", "messages": messages}))
    assert reply.status == 200, reply.error
    head, _, rest = reply.text.partition("\n")
    assert head.startswith("```python path=")
    assert rest.endswith("\n```\n")
    return rest.removesuffix("```\n")


def close(count, total, share):
    return abs(count / total - share) <= 4 * math.sqrt(share * (1 - share) / total)


@pytest.fixture
def model():
    return FaultModel([TASK])


def test_a_stated_share_of_tests_is_wrong_and_half_of_those_share_a_misreading(model):
    written = [one for seed in range(SEEDS) for one in shown_in(asked(model, FOR_TESTS, seed), TASK)]
    wrong = [one for one in written if not one.is_right]
    assert close(len(wrong), len(written), 0.15)
    may_be_misread = [one for one in wrong if one.test.misread]
    misread = [one for one in may_be_misread if one.expected in one.test.misread.values()]
    assert close(len(misread), len(may_be_misread), 0.5)
    assert all(one.expected == one.test.wrong for one in wrong if not one.test.misread)


def test_six_to_eight_tests_are_written_each_once(model):
    suites = [shown_in(asked(model, FOR_TESTS, seed), TASK) for seed in range(200)]
    assert set(map(len, suites)) == {6, 7, 8}
    assert all(len({one.test.name for one in suite}) == len(suite) for suite in suites)


def test_a_stated_share_of_first_solutions_is_wrong_and_a_tenth_of_those_gamed(model):
    codes = Counter(asked(model, FOR_CODE, seed) for seed in range(SEEDS))
    wrong = SEEDS - codes[RIGHT]
    assert close(wrong, SEEDS, 0.4)
    assert close(codes[FRACTION], SEEDS, 0.4 * 0.9 / 2)
    assert close(codes[ROUNDED], SEEDS, 0.4 * 0.9 / 2)
    gamed = wrong - codes[FRACTION] - codes[ROUNDED]
    assert close(gamed, wrong, 0.1)
    assert any("if part == " in code for code in codes), (
        "some gamed ones are made for the tests that are shown"
    )


def test_a_right_test_that_fails_mostly_leads_to_the_right_solution(model):
    messages = prompted.for_repair(TASK, ALL_RIGHT, FRACTION, ["test_1", "test_2"])
    codes = Counter(asked(model, messages, seed) for seed in range(SEEDS))
    assert close(codes[RIGHT], SEEDS, 0.6)
    assert codes[FRACTION] + codes[ROUNDED] + codes[RIGHT] == SEEDS
    assert codes[FRACTION] > codes[ROUNDED] > 0


def test_wrong_tests_alone_are_obeyed_half_of_the_time(model):
    messages = prompted.for_repair(TASK, WRONG_TEST, RIGHT, ["test_1"])
    codes = Counter(asked(model, messages, seed) for seed in range(SEEDS))
    obeyed = sum(count for code, count in codes.items() if "if part == 1 and whole == 8:" in code)
    assert close(obeyed, SEEDS, 0.5)
    assert codes[RIGHT] + obeyed == SEEDS


def test_a_misread_test_may_be_obeyed_by_the_solution_that_misreads_it(model):
    tests = render_tests(TASK, {"test_1": "0.125"})
    messages = prompted.for_repair(TASK, tests, RIGHT, ["test_1"])
    codes = Counter(asked(model, messages, seed) for seed in range(SEEDS))
    assert close(codes[FRACTION], SEEDS, 0.25)


def test_more_tests_are_others_than_those_that_were_written(model):
    first = asked(model, FOR_TESTS, 1)
    more = asked(model, prompted.for_more_tests(TASK, first, RIGHT), 1)
    written, added = ({one.test.name for one in shown_in(text, TASK)} for text in (first, more))
    assert written | added == {test.name for test in TASK.tests}
    assert not written & added


def test_the_same_seed_says_the_same_whatever_else_was_asked():
    one, other = FaultModel([TASK]), FaultModel([TASK])
    code, tests = prompted.for_code(TASK, ALL_RIGHT), prompted.for_tests(TASK)
    alone = [asked(one, code, 4) for _ in range(5)]
    mixed = [asked(other, messages, 4) for messages in (code, tests, code, tests, code, code, code)]
    assert [mixed[number] for number in (0, 2, 4, 5, 6)] == alone
    assert mixed[1] != mixed[3], "a second suite is drawn anew"
    assert asked(FaultModel([TASK]), tests, 4) == mixed[1]


def test_other_rates_are_kept():
    model = FaultModel([TASK], Rates(wrong_test=0, wrong_code=1, gamed=1))
    assert all(one.is_right for seed in range(50) for one in shown_in(asked(model, FOR_TESTS, seed), TASK))
    codes = {asked(model, FOR_CODE, seed) for seed in range(50)}
    assert not codes & {RIGHT, FRACTION, ROUNDED}


def test_it_speaks_the_protocol_and_refuses_what_it_does_not_know():
    with FaultModel([TASK]) as model:
        body = {"model": "m-s1", "messages": prompted.for_tests(TASK)}
        answer = httpx.post(f"{model.api_base}/chat/completions", json=body).json()
        assert "from solution import share" in answer["choices"][0]["message"]["content"]
        assert answer["usage"]["prompt_tokens"] > 100
        body["messages"] = [{"role": "user", "content": "Write a poem."}]
        assert httpx.post(f"{model.api_base}/chat/completions", json=body).status_code == 400
    assert model.requests == []
