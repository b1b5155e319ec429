"""litellm's price table, read from its file: importing litellm for it would take seconds and much memory."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

TABLE = "model_prices_and_context_window_backup.json"


class Price(NamedTuple):
    """US dollars per million tokens."""

    input: float
    output: float

    def cost(self, input_tokens: int, output_tokens: int) -> float:
        """US dollars."""
        return (input_tokens * self.input + output_tokens * self.output) / 1e6


FREE = Price(0.0, 0.0)


def price_of(model: str, *, local: bool, overrides: Mapping[str, Sequence[float]]) -> Price | None:
    """The price of `model` (``provider/name``), None where unknown. `local` ones are free."""
    if model in overrides:
        return Price(*overrides[model])
    if local:
        return FREE
    provider, _, name = model.partition("/")
    table = _table()
    entry = table.get(model)
    if entry is None and table.get(name, {}).get("litellm_provider") == provider:
        entry = table[name]
    if not entry or "input_cost_per_token" not in entry or "output_cost_per_token" not in entry:
        return None
    return Price(entry["input_cost_per_token"] * 1e6, entry["output_cost_per_token"] * 1e6)


@cache
def _table() -> dict[str, dict[str, Any]]:
    spec = find_spec("litellm")
    if spec is None or spec.origin is None:
        return {}
    path = Path(spec.origin).with_name(TABLE)
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
