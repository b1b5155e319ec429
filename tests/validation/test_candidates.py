from __future__ import annotations

from jupyter_coding_agent.runner.models import Change
from jupyter_coding_agent.validation.candidates import Candidate, spread


def candidate(line: int, scope: str = "f", operator: str = "boundary", path: str = "a.py") -> Candidate:
    change = Change(path=path, start=line * 10, end=line * 10 + 1, text="2", first_line=line, last_line=line)
    return Candidate(change, line, scope, operator, "1", "2")  # type: ignore[arg-type]


def test_the_first_few_are_of_every_function() -> None:
    many = [candidate(line, "long") for line in range(1, 60)]
    many += [candidate(line, f"short{line}") for line in range(60, 80)]
    assert len({one.scope for one in spread(many)[:21]}) == 21


def test_the_first_few_are_of_every_operator() -> None:
    many = [candidate(line) for line in range(1, 60)]
    many += [candidate(70, operator="return"), candidate(80, operator="removed")]
    assert {one.operator for one in spread(many)[:3]} == {"boundary", "return", "removed"}


def test_the_first_few_are_not_the_uppermost_lines() -> None:
    lines = [one.line for one in spread([candidate(line) for line in range(1, 101)])[:20]]
    assert max(lines) > 60 and len(set(lines)) == 20


def test_functions_of_one_name_in_two_files_are_two() -> None:
    many = [candidate(line, path="a.py") for line in range(1, 10)] + [candidate(1, path="b.py")]
    assert {one.change.path for one in spread(many)[:2]} == {"a.py", "b.py"}


def test_nothing_is_lost_and_the_order_is_always_the_same() -> None:
    many = [candidate(n, f"f{n % 5}", ("return", "boundary", "boolean")[n % 3]) for n in range(1, 50)]
    assert sorted(one.line for one in spread(many)) == list(range(1, 50))
    assert spread(many) == spread(many)
