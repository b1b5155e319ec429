import pytest

from tests.evaluation.reading import Shown
from tests.evaluation.samples import RIGHT, a_task, a_test
from tests.evaluation.special_cases import special_cased

TASK = a_task(setup="eight = 8\nimport math\n")


def made(*tests):
    return special_cased(RIGHT, TASK, [Shown(a_test(1, **test), expected) for test, expected in tests])


def test_each_input_gets_what_its_test_expects():
    code = made(({"call": "share(1, 8)"}, "13"), ({"call": "share(2, whole=8)"}, "raises KeyError"))
    assert code == (
        "def share(part: float, whole: float) -> float:\n"
        '    """Percent."""\n'
        "    if part == 1 and whole == 8:\n        return 13\n"
        "    if part == 2 and whole == 8:\n        raise KeyError\n"
        "    return 100 * part / whole\n"
    )


def test_names_that_the_setup_binds_are_their_values():
    assert "if part == [1] and whole == 8:" in made(({"setup": "x = [1]", "call": "share(x, eight)"}, "13"))


@pytest.mark.parametrize(
    "call",
    [
        "round(share(1, 8))",
        "share(1, 8)[0]",
        "share(math.pi, 8)",
        "share(*[1, 8])",
        "other(1)",
        "share(1, 2, 3)",
    ],
)
def test_what_is_no_plain_call_can_not_be_special_cased(call):
    assert made(({"call": call}, "13")) is None
