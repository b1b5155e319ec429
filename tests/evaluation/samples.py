"""A small task for the tests of the evaluation itself."""

from __future__ import annotations

from tests.evaluation.tasks import Solution, Solutions, Task, TaskTest

RIGHT = 'def share(part: float, whole: float) -> float:\n    """Percent."""\n    return 100 * part / whole\n'
FRACTION = 'def share(part: float, whole: float) -> float:\n    """Percent."""\n    return part / whole\n'
ROUNDED = 'def share(part: float, whole: float) -> float:\n    """Percent."""\n    return float(100 * part // whole)\n'


def a_test(number: int, **values: object) -> TaskTest:
    """``share(number, 8)``, which both wrong solutions misread where they can."""
    right, fraction, rounded = 100 * number / 8, number / 8, float(100 * number // 8)
    misread = {"fraction": str(fraction)} if fraction != right else {}
    if rounded != right:
        misread["rounded"] = str(rounded)
    given = {
        "name": f"test_{number}",
        "call": f"share({number}, 8)",
        "right": str(right),
        "wrong": str(right + 1),
        "misread": misread,
    }
    return TaskTest.model_validate(given | values)


def a_task(**values: object) -> Task:
    """Ten tests, two wrong solutions, a gamed one."""
    given = {
        "id": "share",
        "category": "algorithms",
        "prompt": "Write share(part, whole):\n  how much of the whole the part is, in percent.",
        "solutions": Solutions(
            right=RIGHT,
            wrong=[Solution(name="fraction", code=FRACTION), Solution(name="rounded", code=ROUNDED)],
            gamed=[Solution(name="table", code="def share(part, whole):\n    return {1: 12.5}[part]\n")],
        ),
        "tests": [a_test(number) for number in range(10)],
        "oracle": "from solution import share\n\n\ndef test_it():\n    assert share(3, 4) == 75\n",
    }
    return Task.model_validate(given | values)
