from __future__ import annotations

import json
import math
import re
import types
from typing import Any

import pandas as pd
import pytest

from jupyter_coding_agent.core.redaction import Redactor
from jupyter_coding_agent.magics.context import (
    MAX_DEFINITIONS,
    MAX_SAMPLES,
    MAX_VARIABLES,
    gather,
    mentioned,
    user_names,
)

SECRET = "s3cret-value"
TOKEN = "ghp_" + "aB3dE5gH7jK9" * 3


def clean(frame: pd.DataFrame) -> pd.DataFrame:
    """Without gaps."""
    return frame.dropna()


def test_what_the_request_speaks_of():
    names = ["df", "a", "prices", "unused"]
    assert mentioned("Make a plot of prices from df", names) == ["df", "prices"]
    assert mentioned("Plot `a` against `df.prices`", names) == ["df", "a", "prices"]
    assert mentioned("predf dfs", names) == []


def test_the_context_is_json_and_holds_the_environment():
    namespace: dict[Any, Any] = {
        "df": pd.DataFrame({"x": [SECRET]}),
        "_private": 1,
        "In": [],
        "theirs": 1,
        3: 4,
    }
    context = gather("sum df and theirs", namespace, ["theirs"], ["", "df = load()"])
    assert json.loads(json.dumps(context)) == context
    assert list(context["variables"]) == ["df"]
    assert context["cells"] == [{"source": "df = load()"}]
    assert "pandas" in context["packages"]
    assert SECRET not in json.dumps(context)
    assert re.fullmatch(r"3\.\d+\.\d+", context["kernel_python"])


def test_what_the_cells_use_and_what_may_be_called_is_told_after_what_the_request_names():
    cells = ["", "import pandas as pd", "raw = [1]", "df = pd.DataFrame(raw)", "other = 1"]
    namespace = {"pd": pd, "clean": clean, "raw": [1], "df": pd.DataFrame([1]), "other": 1, "math": math}
    context = gather("sum df", namespace, [], cells)
    assert list(context["variables"]) == ["df", "pd", "raw", "clean", "math"]
    assert context["variables"]["clean"].endswith(" - Without gaps.")
    assert context["variables"]["math"] == "module: math"
    assert [cell["source"] for cell in context["cells"]] == cells[1:4]


def test_thousands_of_names_and_cells_are_bounded():
    namespace: dict[str, Any] = {f"f{n}": types.FunctionType(clean.__code__, {}) for n in range(3000)}
    namespace |= {f"x{n}": n for n in range(3000)}
    cells = ["", *(f"x{n} = {n}" for n in range(2000))]
    request = " ".join(f"x{n}" for n in range(3000))
    context = gather(request, namespace, [], cells)
    assert len(context["variables"]) <= 2 * MAX_VARIABLES + MAX_DEFINITIONS
    assert len(context["cells"]) <= 12
    assert "f2999" in context["variables"]
    assert "f0" not in context["variables"]


def test_secrets_are_taken_out_of_all_of_it():
    redactor = Redactor()
    cells = [
        "",
        f'token = "{TOKEN}"\nurl = "postgres://ada:hunter2@db/x"\ndf = read(url, token)  # ask ada@corp.io',
    ]
    namespace = {"df": pd.DataFrame({f"spent by ada@corp.io {TOKEN}": [1]}), "token": TOKEN, "url": "x"}
    text = json.dumps(gather("sum df", namespace, [], cells, redactor=redactor))
    for secret in (TOKEN, "hunter2", "corp.io"):
        assert secret not in text
    assert redactor.summary() == "2 GitHub tokens, 2 e-mail addresses, 1 password"


def test_values_go_along_only_where_they_are_welcome_and_that_is_only_asked_where_there_are_some():
    namespace = {"df": pd.DataFrame({"x": ["Graz"]}), "clean": clean}

    def no() -> bool:
        asked.append("no")
        return False

    asked: list[str] = []
    assert "samples" not in gather("sum df", namespace, [], [""], samples_welcome=no)
    assert asked == ["no"]
    assert "samples" not in gather(
        "use clean", namespace, [], [""], samples_welcome=lambda: pytest.fail("asked")
    )
    context = gather("sum df", namespace, [], [""], samples_welcome=lambda: True)
    assert context["samples"] == [{"name": "df", "text": "x\n'Graz'"}]
    many = {f"x{n}": n for n in range(50)}
    samples = gather(" ".join(many), many, [], [""], samples_welcome=lambda: True)["samples"]
    assert len(samples) == MAX_SAMPLES


def test_names_are_the_users_own():
    namespace = {"b": 1, "_a": 1, "In": 1, "hidden": 1, 3: 1, "a": 1}
    assert user_names(namespace, ["hidden"]) == ["b", "a"]
