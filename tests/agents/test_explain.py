from jupyter_coding_agent.agents.explain import five_lines
from jupyter_coding_agent.agents.models import Attempt, Judgement, Quarantined
from jupyter_coding_agent.runner.models import DataFinding
from jupyter_coding_agent.validation.models import Challenge, DataSignal, Mutant, Verdict
from tests.agents.fakes import a_verdict, result


def an_attempt(number: int, verdict: Verdict | None, error: str | None = None) -> Attempt:
    return Attempt(
        number=number, files={}, diff="", verdict=verdict, error_message=error, started_at="", finished_at=""
    )


def mutant(outcome: str, line: int = 7) -> Mutant:
    return Mutant(
        path="solution.py",
        line=line,
        operator="comparison",
        original="a < b",
        changed="a <= b",
        outcome=outcome,
    )


def lines(verdict: Verdict | None = None, judgement: Judgement | None = None, *earlier: Attempt) -> list[str]:
    best = an_attempt(len(earlier) + 1, verdict or a_verdict([result("test_a")]))
    return five_lines(best, [*earlier, best], judgement or Judgement())


def test_there_are_five_and_each_says_what_it_is_about():
    assert [line.partition(":")[0] for line in lines()] == [
        "Tests",
        "Coverage",
        "Mutation",
        "Attempts",
        "Not covered",
    ]


def test_every_kind_of_test_is_counted():
    verdict = a_verdict(
        [
            result("test_a"),
            result("test_b", hidden=True),
            result("test_c", "failed"),
            result("test_example_1", kind="hard"),
            result("test_q", "quarantined"),
        ]
    )
    assert lines(verdict)[0] == (
        "Tests: 3 of 4 tests passed (1 from your own examples, 1 generated from the request, "
        "1 generated and never shown to the code's author)."
    )


def test_what_was_set_aside_is_named_with_its_reason():
    quarantined = Quarantined(id="test_solution.py::test_q", source="", reason="3 of 3 solutions fail it.")
    (tests, *_) = lines(None, Judgement(quarantined=[quarantined]))
    assert tests.endswith("1 generated test set aside as wrong – test_q: 3 of 3 solutions fail it.")


def test_the_mutation_score_names_what_was_not_noticed():
    found = Challenge(
        mutants=[mutant("killed"), mutant("survived"), mutant("equivalent")], possible=3, score=0.5
    )
    assert lines(None, Judgement(challenge=found))[2] == (
        "Mutation: the tests notice 1 of 2 small changes of the code (mutation score 50%), "
        "1 more changed no result; not noticed: line 7 a < b → a <= b."
    )


def test_many_survivors_are_counted():
    found = Challenge(mutants=[mutant("survived", n) for n in range(5)], possible=9, score=0.0)
    assert lines(None, Judgement(challenge=found))[2].endswith("line 2 a < b → a <= b and 2 more.")


def test_no_score_has_a_reason():
    found = Challenge(mutants=[], possible=0, score=None, reason="It is too slow.")
    assert lines(None, Judgement(challenge=found))[2] == "Mutation: no score. It is too slow."
    assert lines()[2] == "Mutation: the tests were not challenged."
    assert lines(None, Judgement(challenge=found, strengthened=True))[2].endswith(
        "slow. Stronger tests were asked for, since the first ones missed more."
    )


def test_attempts_say_what_was_repaired_and_who_agrees():
    earlier = an_attempt(1, None, "test_a: 1 == 2.")
    line = lines(None, Judgement(agreement="2 of 2 agree."), earlier)[3]
    assert line == "Attempts: attempt 2 of 2; what failed besides: attempt 1 – test_a: 1 == 2. 2 of 2 agree."


def test_what_is_not_covered_is_said():
    verdict = a_verdict([result("test_a"), result("test_b", "not_judged", kind="user")])
    tests = verdict.signals.tests.model_copy(update={"missed_lines": {"solution.py": [3, 4]}})
    finding = DataFinding(kind="row_count", message="merge turned 3 rows into 5.", line=4)
    data = DataSignal(passed=False, findings=[finding])
    signals = verdict.signals.model_copy(update={"tests": tests, "data": data})
    verdict = verdict.model_copy(update={"signals": signals})
    judgement = Judgement(disagreements=["f(0) gives 1 or 2"])
    assert lines(verdict, judgement)[4] == (
        "Not covered: lines 3, 4 of solution.py; no test decides what is right where f(0) gives 1 or 2; "
        "1 skipped test; merge turned 3 rows into 5; "
        "your own data and rights: it ran in a sandbox on the tests' data."
    )


def test_what_was_not_judged_has_five_lines_too():
    best = an_attempt(1, None, "No engine.")
    assert five_lines(best, [best], Judgement())[0] == "Tests: it could not be judged."
