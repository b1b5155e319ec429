"""Requests about a cell of the user's own: one that is to be mended, or that tests are to be written for."""

from __future__ import annotations

from ..core.errors import InvalidInput, Unprocessable
from .models import ExecuteRequest


def check_own_cell(request: ExecuteRequest) -> None:
    """Raise InvalidInput or Unprocessable, naming the field, where the rest of the request does not go with it."""
    asked = [name for name in ("fix", "own_tests") if getattr(request, name) is not None]
    if not asked:
        return
    if len(asked) > 1:
        raise InvalidInput(
            "Mend a cell first, then ask for its tests: fix and own_tests don't go together.",
            field="own_tests",
        )
    if request.language not in (None, "python"):
        raise Unprocessable(f"Only Python cells can be worked on, not {request.language}.", field="language")
    for name in ("template_id", "template_variables"):
        if getattr(request, name) is not None:
            raise InvalidInput(f"{name} is for new code: leave it out beside {asked[0]}.", field=name)
    if request.fix is not None and request.output_preference != "snippet":
        raise InvalidInput(
            "A fix is a change of cells: leave output_preference out.", field="output_preference"
        )
