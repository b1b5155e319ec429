"""What the loop makes of tests and solutions that contradict each other."""

import pytest

from jupyter_coding_agent.agents.loop import Loop
from jupyter_coding_agent.agents.settings import AgentSettings
from jupyter_coding_agent.core.errors import ModelUnavailable
from tests.agents.fakes import ListRecorder, a_task
from tests.agents.world import NAMES, PurposeModel, World, code, code_reply, suite_reply

OTHERS = ("ten", "eleven", "twelve", "thirteen", "fourteen")


async def run(model: PurposeModel, world: World, recorder=None, history=None, settings=None, **task):
    settings = AgentSettings(environ={}, **(settings or {}))
    loop = Loop(model, world, recorder or ListRecorder(), settings=settings)
    return await loop.run(a_task(**{"prompt": "Write f(x)."} | task), history)


async def test_code_that_passes_is_believed_once_another_solution_agrees():
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("right")],
        alternative=[code_reply("another")],
    )
    outcome = await run(model, World({"right": "", "another": ""}))
    assert (outcome.status, outcome.best) == ("passed", 1)
    assert outcome.judgement.belief > 0.98
    assert "2 of 2 independent solutions behave alike" in outcome.explanation
    assert outcome.cost_usd == pytest.approx(0.004)


async def test_a_wrong_test_is_quarantined_with_its_reason():
    """The code fails a test, and so do independent solutions, with the same value."""
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("right")],
        repair=[code_reply("right too")],
        alternative=[code_reply("another"), code_reply("third"), code_reply("fourth")],
    )
    world = World(
        dict.fromkeys(("right", "right too", "another", "third", "fourth"), "three"),
        {name: {"three": "4"} for name in ("right", "right too", "another", "third", "fourth")},
    )
    recorder = ListRecorder()
    outcome = await run(model, world, recorder)
    assert outcome.status == "passed"
    (test,) = outcome.judgement.quarantined
    assert test.id == "test_solution.py::test_three"
    assert "independent solutions fail it" in test.reason
    assert "assert f(2) == 2" in test.source
    assert "test_three" not in outcome.tests["test_solution.py"]
    assert [data["id"] for data in recorder.of("quarantine")] == [test.id]
    results = outcome.attempts[outcome.best - 1].verdict.signals.tests.results
    assert [result.id for result in results if result.outcome == "quarantined"] == [test.id]


async def test_code_that_was_repaired_to_satisfy_a_wrong_test_does_not_win():
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("right")],
        repair=[code_reply("obedient")],
        alternative=[code_reply("another"), code_reply("third"), code_reply("fourth")],
    )
    fails = {"right": "three", "another": "three", "third": "three", "fourth": "three", "obedient": ""}
    world = World(fails, {name: {"three": "4"} for name in fails if name != "obedient"})
    outcome = await run(model, world)
    assert outcome.status == "passed"
    assert outcome.attempts[outcome.best - 1].files == {"solution.py": code("right")}
    assert [test.id for test in outcome.judgement.quarantined] == ["test_solution.py::test_three"]


async def test_a_hard_test_is_never_quarantined():
    """Every solution fails the user's own example: then every solution is wrong."""
    model = PurposeModel(
        tests=[suite_reply(*NAMES)],
        code=[code_reply("a")],
        repair=[code_reply("b"), code_reply("c")],
    )
    world = World({"a": "example", "b": "example", "c": "example"})
    outcome = await run(model, world, prompt="Write f(x). f(7) == 8", max_attempts=3)
    assert outcome.status == "partial"
    assert outcome.judgement.quarantined == []
    assert outcome.plan.examples[0].expected == "8"


async def test_a_better_independent_solution_is_taken():
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("wrong")],
        repair=[code_reply("still wrong")],
        alternative=[code_reply("right"), code_reply("right too")],
    )
    world = World({"wrong": "one two", "still wrong": "one two", "right": "", "right too": ""})
    outcome = await run(model, world)
    assert (outcome.status, outcome.best) == ("passed", 3)
    best = outcome.attempts[2]
    assert (best.origin, best.files) == ("sample", {"solution.py": code("right")})
    assert best.fix_applied.startswith("Another solution was taken.")


async def test_one_author_of_tests_is_not_enough():
    """Two solutions pass the first tests, but the second author's tell them apart."""
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("wrong")],
        alternative=[code_reply("right"), code_reply("right too")],
    )
    outcome = await run(model, World({"wrong": "ten eleven", "right": "", "right too": ""}))
    assert outcome.status == "passed"
    assert outcome.attempts[outcome.best - 1].files == {"solution.py": code("right")}


async def test_solutions_that_are_word_for_word_the_same_all_count():
    """One of three equal ones becomes an attempt; the other two still speak for it."""
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("wrong")],
        repair=[code_reply("wrong too")],
        alternative=[code_reply("right")] * 3,
    )
    world = World({"wrong": "one two", "wrong too": "one two", "right": ""})
    outcome = await run(model, world)
    assert (outcome.status, outcome.attempts[outcome.best - 1].origin) == ("passed", "sample")
    assert "2 of 3 independent solutions behave alike" in outcome.explanation


async def test_where_nobody_agrees_nothing_is_believed():
    """It passes its tests, but every independent solution does something else on them."""
    names = ("odd", "strange", "queer", "peculiar")
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("lonely")],
        alternative=[code_reply(name) for name in names],
    )
    world = World({"lonely": ""} | {name: f"{NAMES[number]} five" for number, name in enumerate(names)})
    outcome = await run(model, world)
    assert outcome.status == "partial"
    assert "don't agree" in outcome.explanation
    assert outcome.judgement.believed is None


async def test_without_a_second_solution_it_says_so():
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("right")],
        alternative=[ModelUnavailable("No model answers.")],
    )
    outcome = await run(model, World({"right": ""}))
    assert outcome.status == "passed"
    assert "No second solution to compare with: No model answers." in outcome.explanation


async def test_three_examples_of_the_user_stand_in_for_a_second_solution():
    model = PurposeModel(tests=[suite_reply(*NAMES)], code=[code_reply("right")])
    prompt = "Write f(x). f(7) == 8 and f(8) == 9.\nAlso f(9) == 10 and f(10) == 11."
    outcome = await run(model, World({"right": ""}), prompt=prompt)
    assert len(outcome.plan.examples) >= 3
    assert outcome.status == "passed"
    assert model.purposes == ["tests", "code"]


async def test_that_the_type_is_right_is_no_example():
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("right")],
        alternative=[code_reply("another")],
    )
    prompt = "Write f(x: int) -> int. f(7) == 8 and f(8) == 9."
    outcome = await run(model, World({"right": "", "another": ""}), prompt=prompt)
    assert [example.call for example in outcome.plan.examples if "isinstance" in example.call]
    assert outcome.status == "passed"
    assert "alternative" in model.purposes


async def test_weak_tests_are_strengthened_once():
    more = suite_reply("eight", "nine", path="test_solution_more.py")
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("right")],
        strengthen=[more],
        alternative=[code_reply("another")],
    )
    recorder = ListRecorder()
    outcome = await run(model, World({"right": "", "another": ""}, scores=[0.3, 0.5]), recorder)
    assert outcome.status == "passed"
    assert outcome.judgement.added_tests == ["test_solution_second.py", "test_solution_more.py"]
    assert set(outcome.judgement.added_tests) < set(outcome.tests)
    assert [event["score"] for event in recorder.of("challenge")] == [0.3, 0.5]
    assert outcome.attempts[0].mutation_score == 0.5
    assert model.purposes.count("strengthen") == 1
    assert "x → None" in model.prompts("strengthen")[0]


async def test_a_further_test_that_the_code_fails_is_weighed_and_not_obeyed():
    """The stronger tests are wrong themselves: three solutions agree against one of them."""
    more = suite_reply("eight", "nine", path="test_solution_more.py")
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("right")],
        strengthen=[more],
        alternative=[code_reply("another"), code_reply("third"), code_reply("fourth")],
    )
    names = ("right", "another", "third", "fourth")
    world = World(dict.fromkeys(names, "eight"), {n: {"eight": "4"} for n in names}, scores=[0.3])
    outcome = await run(model, world)
    assert (outcome.status, outcome.best) == ("passed", 1)
    assert [test.id for test in outcome.judgement.quarantined] == ["test_solution_more.py::test_eight"]


async def test_the_plain_way_believes_what_passes():
    model = PurposeModel(tests=[suite_reply(*NAMES)], code=[code_reply("right")])
    outcome = await run(model, World({"right": ""}), settings={"judgement": "plain"})
    assert (outcome.status, model.purposes) == ("passed", ["tests", "code"])
    assert outcome.judgement.hidden == []


async def test_no_more_samples_than_allowed():
    model = PurposeModel(tests=[suite_reply(*NAMES)], code=[code_reply("right")])
    outcome = await run(model, World({"right": ""}), settings={"max_samples": 0})
    assert outcome.status == "passed"
    assert "max_samples is 0" in outcome.explanation


async def test_hidden_tests_are_shown_to_nobody_who_writes_code():
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("wrong")],
        repair=[code_reply("right")],
        alternative=[code_reply("another"), code_reply("third")],
    )
    fails = " ".join(NAMES)
    outcome = await run(model, World({"wrong": fails, "right": "", "another": "", "third": ""}))
    hidden = [test.rpartition("::")[2] for test in outcome.judgement.hidden]
    assert len(hidden) == len(NAMES) // 3 + len(OTHERS) // 3
    for purpose in ("code", "repair", "alternative"):
        for prompt in model.prompts(purpose):
            assert not any(name in prompt for name in hidden)
    shown = [name for name in NAMES if f"test_{name}" not in hidden]
    assert all(f"test_{name}" in model.prompts("code")[0] for name in shown)


async def test_it_goes_on_where_it_was_interrupted():
    recorder = ListRecorder()
    world = World({"right": "", "another": ""})
    first = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("right")],
        alternative=[code_reply("another")],
    )
    whole = await run(first, world, recorder)
    second = PurposeModel()
    again = await run(second, world, history=recorder.history())
    assert second.requests == []
    assert again.model_dump() == whole.model_dump()


async def test_it_costs_no_more_than_allowed():
    model = PurposeModel(tests=[suite_reply(*NAMES)], code=[code_reply("right")])
    outcome = await run(model, World({"right": ""}), settings={"max_cost_usd": 0.0015})
    assert outcome.status == "passed"
    assert "max_cost_usd" in outcome.explanation


async def test_further_tests_that_are_there_already_are_left_out():
    more = suite_reply(*NAMES, "eight", path="test_solution_more.py")
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("right")],
        strengthen=[more],
        alternative=[code_reply("another")],
    )
    outcome = await run(model, World({"right": "", "another": ""}, scores=[0.3]))
    assert outcome.tests["test_solution_more.py"].count("def test_") == 1
    assert "def test_eight" in outcome.tests["test_solution_more.py"]


async def test_without_second_tests_solutions_are_compared_all_the_same():
    model = PurposeModel(
        tests=[suite_reply(*NAMES), ModelUnavailable("No model answers.")],
        code=[code_reply("right")],
        alternative=[code_reply("right")] * 3,
    )
    outcome = await run(model, World({"right": ""}))
    assert outcome.status == "passed"
    assert outcome.judgement.samples


async def test_who_gave_examples_is_asked_no_second_tests_until_solutions_disagree():
    names = ("odd", "strange", "queer", "peculiar")
    model = PurposeModel(
        tests=[suite_reply(*NAMES), suite_reply(*OTHERS)],
        code=[code_reply("first")],
        repair=[code_reply("second")],
        alternative=[code_reply(name) for name in names],
    )
    failing = [f"{NAMES[number]} {NAMES[number + 1]}" for number in range(6)]
    world = World(dict(zip(("first", "second", *names), failing, strict=True)))
    prompt = "Write f(x). f(7) == 8 and f(8) == 9.\nAlso f(9) == 10 and f(10) == 11."
    await run(model, world, prompt=prompt, max_attempts=2)
    assert model.purposes == ["tests", "code", "repair", *["alternative"] * 4, "tests"]
