"""How well silent failures are told from clean code that looks alike, on real containers."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.validation.models import ValidationRequest
from jupyter_coding_agent.validation.service import Validator
from tests.validation.silent_codes import all as labelled
from tests.validation.silent_codes.code import Code

pytestmark = [pytest.mark.engine, pytest.mark.asyncio(loop_scope="session")]

SILENT = [code for code in labelled.CODES if code.kind is not None]
CLEAN = [code for code in labelled.CODES if code.kind is None]
RULES = {code.name for code in labelled.RULES}


async def findings(judge: Validator, codes: list[Code], cell: bool) -> dict[str, set[str]]:
    """The kinds found in each code by its name; every code passes its tests, that is the point."""
    modules = {"solution" if cell else f"code_{number}": code for number, code in enumerate(codes)}
    verdict = await judge.validate(
        ValidationRequest(
            files={f"{module}.py": code.source for module, code in modules.items()},
            tests={f"test_{module}.py": code.tests(module) for module, code in modules.items()},
            signals=["tests"],  # the linter does not know the names that a test gives to a cell
        )
    )
    assert verdict.status == "passed", (verdict.explanation, codes)
    data = verdict.signals.data
    assert data is not None
    found: dict[str, set[str]] = {code.name: set() for code in codes}
    for finding in data.findings:
        found[modules[finding.path.removesuffix(".py")].name].add(finding.kind)
    return found


async def all_findings(judge: Validator, codes: list[Code]) -> dict[str, set[str]]:
    """Cells one by one; of the others each is a module, 20 in one run."""
    modules = [code for code in codes if not code.is_cell]
    found = {}
    for start in range(0, len(modules), 20):
        found |= await findings(judge, modules[start : start + 20], cell=False)
    for code in codes:
        if code.is_cell:
            found |= await findings(judge, [code], cell=True)
    return found


async def test_the_set_is_large_enough():
    assert len(SILENT) >= 50 and len(CLEAN) >= 50


async def test_silent_failures_are_found(judge):
    found = await all_findings(judge, SILENT)
    missed = [code.name for code in SILENT if code.kind not in found[code.name]]
    wrong = [code.name for code in SILENT if found[code.name] - {code.kind}]
    assert len(missed) <= 0.05 * len(SILENT), missed
    assert len(wrong) <= 0.05 * len(SILENT), wrong
    assert not RULES & {*missed, *wrong}


async def test_clean_code_is_left_alone(judge):
    found = await all_findings(judge, CLEAN)
    alarmed = {name: kinds for name, kinds in found.items() if kinds}
    assert len(alarmed) <= 0.03 * len(CLEAN), alarmed
    assert not RULES & alarmed.keys()


async def test_a_warning_says_what_happened_where(judge):
    (code,) = (code for code in labelled.CODES if code.name.startswith("a left merge repeats"))
    verdict = await judge.validate(
        ValidationRequest(files={"solution.py": code.source}, tests={"test_solution.py": code.tests()})
    )
    (finding,) = verdict.signals.data.findings
    assert (finding.path, finding.line, finding.seen) == ("solution.py", 6, "run")
    assert finding.message.startswith("merge turned 3 rows into 5")
    assert verdict.status == "passed"
    assert verdict.receipt.signals["data"] == {"passed": False, "findings": 1}
