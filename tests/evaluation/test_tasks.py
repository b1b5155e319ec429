import pytest

from tests.evaluation.samples import a_task, a_test
from tests.evaluation.tasks import FOLDER, load, load_one, render_tests, render_values

SHARED = """\
import math
import pandas as pd

def table(*rows):
    return pd.DataFrame(rows, columns=["a"])

unused = 5
"""


def test_a_test_file_imports_what_it_uses_and_holds_the_chosen_expectations():
    assert render_tests(a_task(), {"test_1": "12.5", "test_2": "raises ValueError"}) == (
        "import pytest\n\n"
        "from solution import share\n\n\n"
        "def test_1():\n    assert share(1, 8) == pytest.approx(12.5)\n\n\n"
        "def test_2():\n    with pytest.raises(ValueError):\n        share(2, 8)\n"
    )


def test_the_shared_setup_stands_in_each_test_that_needs_it():
    tests = [
        a_test(1, call="share(table(1), 8)", right="1"),
        a_test(2, setup="x = pd.NA", call="share(x, 8)", right="2"),
    ]
    text = render_tests(a_task(setup=SHARED, tests=tests), {"test_1": "1", "test_2": "2"})
    one, two = text.split("def test_2")
    assert text.startswith("import pandas as pd\n\nfrom solution import share\n")
    assert "    def table(*rows):\n        return pd.DataFrame" in one
    assert two == "():\n    x = pd.NA\n    assert share(x, 8) == 2\n"


def test_tests_of_a_cell_take_the_fixture_and_import_nothing_of_it():
    task = a_task(tests=[a_test(1, call="cell(x=1)['share']", right="2")])
    assert render_tests(task, {"test_1": "2"}) == "def test_1(cell):\n    assert cell(x=1)['share'] == 2\n"


@pytest.mark.parametrize(
    ("expected", "written"),
    [
        ("2", "2"),
        ("0.5", "pytest.approx(0.5)"),
        ("[1, 0.5]", "pytest.approx([1, 0.5])"),
        ("{'a': 0.5}", "pytest.approx({'a': 0.5})"),
        ("[0.5, None]", "[0.5, None]"),
        ("[0.5, True]", "[0.5, True]"),
        ("{'a': [0.5]}", "{'a': [0.5]}"),
        ("'0.5'", "'0.5'"),
    ],
)
def test_floats_are_compared_with_a_tolerance_where_pytest_can(expected, written):
    assert f"== {written}\n" in render_tests(a_task(), {"test_1": expected})


def test_values_are_handed_in_exceptions_too():
    text = render_values(a_task(tests=[a_test(1)]))
    assert "def test_1(answer):" in text
    assert "value = share(1, 8)" in text
    assert "answer({'raises': type(error).__name__})" in text


def test_a_file_must_have_the_id_of_its_name_and_no_unknown_field(tmp_path):
    text = a_task().model_dump_json()
    (tmp_path / "other.yaml").write_text(text)
    with pytest.raises(ValueError, match=r"other\.yaml: its id is 'share'"):
        load_one(tmp_path / "other.yaml")
    (tmp_path / "share.yaml").write_text(text.replace('"oracle"', '"orakel"'))
    with pytest.raises(ValueError, match=r"share\.yaml"):
        load_one(tmp_path / "share.yaml")


def test_what_is_no_python_is_refused():
    with pytest.raises(ValueError, match="test_1 is not Python"):
        a_task(tests=[a_test(1, call="share(1")])


def test_tasks_are_loaded_in_order_or_by_name(tmp_path):
    for name in ("b", "a"):
        (tmp_path / f"{name}.yaml").write_text(a_task(id=name).model_dump_json())
    assert [task.id for task in load(tmp_path)] == ["a", "b"]
    assert [task.id for task in load(tmp_path, ["b"])] == ["b"]


def test_every_task_that_is_shipped_can_be_read():
    tasks = load()
    assert [task.id for task in tasks] == sorted(path.stem for path in FOLDER.glob("*.yaml"))
