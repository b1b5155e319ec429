import pytest

from tests.evaluation.plot import draw
from tests.evaluation.records import Record
from tests.evaluation.report import report
from tests.evaluation.table import markdown, put_into


def a_report():
    def record(task, **values):
        given = {
            "arm": "x",
            "seed": 0,
            "task": task,
            "category": "api",
            "status": "passed",
            "oracle": "passed",
        }
        return Record(**(given | {"attempts": 1, "cost": 0.125, "seconds": 1.5} | values))

    arms = {
        "single": [record("a"), record("b", status="partial", trouble="gone")],
        "full": [record("a", attempts=2, oracle="failed"), record("b")],
    }
    rates = {"wrong_test": 0.15, "wrong_code": 0.4}
    about = {
        "model": "fault",
        "rates": rates,
        "seeds": [0],
        "tasks": ["a", "b"],
        "versions": {"prompts": "3"},
    }
    return report(arms, **about)


def test_each_arm_has_a_row():
    text = markdown(a_report())
    assert text.startswith(
        "2 tasks, 1 seed, model fault, 15% wrong tests, 40% wrong first solutions, prompts version 3."
    )
    assert "| single shot | 2 | 1 | 1 | 100.0% | 20.7% – 100.0% | 50.0% | 1.00 | 0.25 | 1.5 | 1 |" in text
    assert "| full judgement | 2 | 2 | 1 | 50.0% |" in text
    assert "| full judgement | 50.0% / 50.0% | 100.0% / 50.0% |" in text


def test_it_is_put_between_the_marks_of_a_page_again_and_again():
    page = "# Title\n\n<!-- evaluation: by us -->\n<!-- end of evaluation -->\n\nMore.\n"
    once = put_into(page, "| a |\n")
    assert once == "# Title\n\n<!-- evaluation: by us -->\n\n| a |\n\n<!-- end of evaluation -->\n\nMore.\n"
    assert put_into(once, "| b |\n") == once.replace("| a |", "| b |")
    with pytest.raises(ValueError, match="no line"):
        put_into("# Title\n", "| a |\n")


def test_a_picture_is_drawn_also_where_nothing_was_delivered(tmp_path):
    found = a_report()
    found["arms"]["single"] |= {"precision": None, "precision_low": 0.0, "precision_high": 1.0}
    draw(found, tmp_path / "report.png")
    assert (tmp_path / "report.png").read_bytes().startswith(b"\x89PNG")
