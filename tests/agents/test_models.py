"""What comes in from pages and kernels alike: no cell keeps its secrets, and what has none stays as it is."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.agents.models import ContextCell, Fix, NotebookCell, OwnTests

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
CELL = f'token = "{SECRET}"\nurl = "postgres://ada:hunter2@db.example.org/orders"\n'
PLAIN = "total = sum(price for price in prices)  # über alles\n"


@pytest.mark.parametrize("source", [CELL, PLAIN])
def test_a_cell_comes_in_without_its_secrets_and_only_once(source: str):
    once = ContextCell(source=source).source
    assert ContextCell(source=once).source == once
    assert SECRET not in once and "hunter2" not in once
    assert (once == source) is (source == PLAIN)


def test_so_do_the_cells_of_a_fix_and_those_that_are_to_be_tested():
    around = [NotebookCell(name="In [1]", source=CELL)]
    for asked in (OwnTests(cell=CELL, cells=around), Fix(cell=CELL, cells=around)):
        assert SECRET not in asked.model_dump_json() and "hunter2" not in asked.model_dump_json()
