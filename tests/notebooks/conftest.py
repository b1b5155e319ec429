from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from jupyter_coding_agent.notebooks.models import NotebookCell, NotebookReport, ProveRequest
from jupyter_coding_agent.notebooks.service import Notebooks
from jupyter_coding_agent.notebooks.settings import NotebookSettings
from jupyter_coding_agent.validation.receipts import Signer
from jupyter_coding_agent.validation.service import Validator
from jupyter_coding_agent.validation.settings import ValidationSettings
from tests.fakes import FakeRunner


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.load(tmp_path)


@pytest.fixture
def notebooks(signer: Signer) -> Callable[..., Notebooks]:
    """Makes the room over some runner."""

    def make(runner: FakeRunner) -> Notebooks:
        validator = Validator(runner, ValidationSettings(), signer)
        return Notebooks(runner, validator, NotebookSettings(), signer=signer, random=Random(7))

    return make


def request(*sources: str, counts: tuple[int | None, ...] = (), **more: object) -> ProveRequest:
    """Asks for cells with these sources, and with these recorded counts."""
    cells = [
        NotebookCell(source=source, execution_count=counts[place] if counts else None)
        for place, source in enumerate(sources)
    ]
    return ProveRequest.model_validate({"cells": cells, **more})


async def proved(room: Notebooks, asked: ProveRequest) -> NotebookReport:
    """What the room answers."""
    return await room.prove(await room.admit("ada", asked))
