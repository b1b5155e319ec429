"""What a receipt is worth for the cell that shows it, from the notebook's document to the answer."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_coding_agent.client.proofs import claims
from jupyter_coding_agent.receipts.models import Verification, VerifyRequest
from jupyter_coding_agent.receipts.service import verification
from jupyter_coding_agent.validation.receipts import Signer
from tests.receipts.notebooks import cell, notebook, proved, receipt_of

HELPER = "def half(x):\n    return x / 2"
USES = "half(4)"


def judged(book: dict[str, Any], *signers: Signer) -> list[Verification]:
    trusted = {one.key_id: one.public_key for one in signers}
    found = claims(book, None, None)
    return [verification(VerifyRequest.model_validate(claim.request), trusted) for claim in found]


def states(book: dict[str, Any], *signers: Signer) -> list[str]:
    found = judged(book, *signers)
    assert all(one.valid == (one.state == "fresh") for one in found)
    return [one.state for one in found]


def as_a_front_end_saves_it(value: Any) -> Any:
    """JavaScript has one kind of number, and no order of keys that it would keep for us."""
    if isinstance(value, dict):
        return {name: as_a_front_end_saves_it(value[name]) for name in sorted(value, reverse=True)}
    if isinstance(value, list):
        return [as_a_front_end_saves_it(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def test_a_proved_cell_is_fresh_also_without_the_newline_at_its_end(signer: Signer):
    (found,) = judged(notebook(proved(signer, "x = 1")), signer)
    assert (found.valid, found.state) == (True, "fresh")
    assert found.reason.endswith(": passed.")


@pytest.mark.parametrize("edited", ["x = 2", " x = 1", "x = 1\ny = 2", ""])
def test_an_edited_cell_is_stale(signer: Signer, edited: str):
    changed = {**proved(signer, "x = 1"), "source": edited}
    assert states(notebook(changed), signer) == ["stale"]


def test_the_source_may_be_a_list_of_lines(signer: Signer):
    listed = {**proved(signer, "x = 1\ny = 2"), "source": ["x = 1\n", "y = 2"]}
    assert states(notebook(listed), signer) == ["fresh"]


def test_a_key_that_is_not_trusted_is_unknown(signer: Signer, tmp_path: Path):
    other = Signer.load(tmp_path / "other")
    assert states(notebook(proved(signer, "x = 1")), other) == ["unknown key"]
    assert states(notebook(proved(signer, "x = 1"))) == ["unknown key"]


def test_it_survives_what_a_front_end_makes_of_its_numbers(signer: Signer):
    saved = as_a_front_end_saves_it(notebook(proved(signer, "x = 1", [])))
    receipt = saved["cells"][0]["metadata"]["coding_agent"]["receipt"]
    assert receipt["signals"]["tests"]["coverage_percent"] == 100
    assert isinstance(receipt["quality_score"], int)
    assert states(saved, signer) == ["fresh"]


def test_it_survives_save_and_reload_by_nbformat_with_new_cell_ids(signer: Signer, tmp_path: Path):
    book = nbformat.from_dict({**notebook(proved(signer, "x = 1")), "nbformat_minor": 4})
    nbformat.write(nbformat.convert(book, 4), tmp_path / "a.ipynb")
    again = nbformat.read(tmp_path / "a.ipynb", as_version=4)
    nbformat.write(again, tmp_path / "b.ipynb", version=4)
    assert states(json.loads((tmp_path / "b.ipynb").read_text()), signer) == ["fresh"]


class TestContext:
    def test_the_cells_it_was_proved_after_may_have_others_between_them(self, signer: Signer):
        after = proved(signer, USES, ["import math", HELPER])
        book = notebook(cell("import math\n"), cell("1 + 1"), cell(HELPER), after)
        assert states(book, signer) == ["fresh"]

    @pytest.mark.parametrize(
        "above",
        [
            [],
            [HELPER],
            [HELPER, "import math"],
            ["import math", HELPER.replace("2", "3")],
            ["import math"],
        ],
    )
    def test_a_missing_changed_or_moved_one_is_another_context(self, signer: Signer, above: list[str]):
        after = proved(signer, USES, ["import math", HELPER])
        assert states(notebook(*map(cell, above), after), signer) == ["other context"]

    def test_one_that_left_its_kernel_without_its_secrets_is_still_the_same(self, signer: Signer):
        sent = 'token = "<redacted: GitHub token>"'
        after = proved(signer, USES, [sent])
        there = 'token = "ghp_' + "aB3dE5gH7jK9" * 3 + '"'
        assert states(notebook(cell(there), after), signer) == ["fresh"]
        assert states(notebook(cell(there.replace("token =", "key =")), after), signer) == ["other context"]

    def test_one_below_does_not_count(self, signer: Signer):
        assert states(notebook(proved(signer, USES, [HELPER]), cell(HELPER)), signer) == ["other context"]

    def test_the_same_cell_twice_has_to_be_there_twice(self, signer: Signer):
        after = proved(signer, USES, ["x += 1", "x += 1"])
        assert states(notebook(cell("x += 1"), after), signer) == ["other context"]
        assert states(notebook(cell("x += 1"), cell("x += 1"), after), signer) == ["fresh"]

    def test_a_markdown_cell_with_the_text_is_not_the_cell(self, signer: Signer):
        text = {"cell_type": "markdown", "source": HELPER, "metadata": {}}
        assert states(notebook(text, proved(signer, USES, [HELPER])), signer) == ["other context"]

    def test_what_could_not_be_carried_over_is_told(self, signer: Signer):
        receipt = receipt_of(signer, {"solution.py": USES}, [], {"connection": "a socket"})
        (found,) = judged(notebook(cell(USES, receipt)), signer)
        assert found.valid and found.reason.endswith("It does not hold for connection.")

    @pytest.mark.parametrize("there", ["another", None])
    def test_copied_into_another_notebook(self, signer: Signer, there: str | None):
        assert states(notebook(proved(signer, "x = 1"), name=there), signer) == ["other context"]

    def test_a_cell_that_says_no_notebook_is_taken_as_it_is(self, signer: Signer):
        assert states(notebook(proved(signer, "x = 1", notebook=None)), signer) == ["fresh"]


class TestSeveralFiles:
    FILES = {"app.py": "import models\n", "models.py": "x = 1\n"}  # noqa: RUF012

    def cells(self, signer: Signer) -> list[dict[str, Any]]:
        receipt = receipt_of(signer, self.FILES)
        return [cell(text.rstrip(), receipt, path=path) for path, text in self.FILES.items()]

    def test_each_holds_together_with_the_others(self, signer: Signer):
        app, models = self.cells(signer)
        other = cell("x = 1", receipt_of(signer, {"solution.py": "x = 1"}), execution_id="exe_2")
        tests = cell("assert x", receipt_of(signer, self.FILES), role="tests", path="test_app.py")
        assert states(notebook(models, other, tests, app), signer) == ["fresh"] * 3

    def test_one_that_changed_or_is_gone_makes_all_stale(self, signer: Signer):
        app, models = self.cells(signer)
        assert states(notebook(app), signer) == ["stale"]
        assert states(notebook(app, {**models, "source": "x = 2"}), signer) == ["stale", "stale"]

    def test_a_copy_of_one_in_the_same_notebook_counts_with_the_other(self, signer: Signer):
        app, models = self.cells(signer)
        assert states(notebook(app, models, copy.deepcopy(models)), signer) == ["fresh"] * 3
        edited = {**copy.deepcopy(models), "source": "x = 2"}
        assert states(notebook(app, models, edited), signer) == ["fresh", "fresh", "stale"]


class TestForged:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("status", "ran"),
            ("quality_score", 1),
            ("explanation", ["believe me"]),
            ("notebook", {"cells": [], "values": {}, "missing": {}}),
            ("signature", "A" * 88),
        ],
    )
    def test_whatever_is_changed(self, signer: Signer, name: str, value: Any):
        receipt = {**receipt_of(signer, {"solution.py": "x = 1"}), name: value}
        assert states(notebook(cell("x = 1", receipt)), signer) == ["forged"]

    def test_the_receipt_of_other_code(self, signer: Signer):
        receipt = {**receipt_of(signer, {"solution.py": "y = 1"})}
        assert states(notebook(cell("x = 1", receipt)), signer) == ["stale"]

    @pytest.mark.parametrize(
        "receipt",
        [
            "passed",
            [],
            {"status": "<script>alert(1)</script>"},
            True,
            {"version": 2},
            {"signals": {"a": {"b": float("nan")}}},
            {"status": "\ud800"},
        ],
    )
    def test_what_is_no_receipt_says_nothing_of_its_own(self, signer: Signer, receipt: Any):
        (found,) = judged(notebook(cell("x = 1", receipt)), signer)
        assert (found.state, found.reason) == ("forged", "What stands there is not a receipt.")

    @pytest.mark.parametrize("number", [10**400, float("nan"), float("inf")])
    def test_numbers_that_are_none(self, signer: Signer, number: Any):
        receipt = receipt_of(signer, {"solution.py": "x = 1"})
        receipt["signals"]["tests"]["coverage_percent"] = number
        assert states(notebook(cell("x = 1", receipt)), signer) == ["forged"]

    def test_a_key_id_is_not_repeated_where_it_is_none(self, signer: Signer):
        receipt = {**receipt_of(signer, {"solution.py": "x = 1"}), "key_id": "\x1b[2J" * 1000}
        (found,) = judged(notebook(cell("x = 1", receipt)), signer)
        assert found.reason == "Its key is not among the trusted ones."


NAMES = [
    "metadata",
    "coding_agent",
    "receipt",
    "source",
    "cell_type",
    "path",
    "role",
    "execution_id",
    "notebook",
    "id",
    "cells",
    "signals",
    "key_id",
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)
MARKS = st.fixed_dictionaries({"receipt": ANYTHING}, optional={"path": ANYTHING, "execution_id": ANYTHING})


@given(
    st.lists(
        ANYTHING
        | st.fixed_dictionaries(
            {
                "cell_type": st.just("code"),
                "metadata": st.fixed_dictionaries({"coding_agent": ANYTHING | MARKS}),
            },
            optional={"source": ANYTHING, "id": ANYTHING, "execution_count": ANYTHING},
        )
    ),
    ANYTHING,
)
def test_a_hostile_notebook_is_no_error_and_never_holds(cells: list[Any], metadata: Any):
    book = {"cells": cells, "metadata": metadata}
    for claim in claims(book, None, None):
        assert f"{claim.name}{claim.first_line}".isprintable()
        assert len(claim.first_line) <= 60 and len(claim.name) < 5000
        request = VerifyRequest.model_validate(claim.request)
        json.dumps(claim.request, ensure_ascii=False).encode()
        assert not verification(request, {}).valid
