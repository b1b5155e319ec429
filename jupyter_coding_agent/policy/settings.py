"""Settings of the policy room."""

from __future__ import annotations

import re
from typing import Any

from traitlets import Bool, Enum, Int, List, TraitError, Unicode

from ..core.settings import Settings

OUTPUTS = ("snippet", "zip", "pr")

# A bare provider would match no model, and so be a rule that does nothing.
_MODEL = re.compile(r"[^\s,]*[/*][^\s,]*")
_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


class _Names(List[str]):
    """Names or patterns that each look like one; as text, separated by commas."""

    def __init__(self, shape: re.Pattern[str], kind: str, help: str) -> None:
        super().__init__(Unicode(), help=help)
        self._shape = shape
        self._kind = kind

    def from_string(self, s: str) -> list[str]:
        """``os, subprocess`` as a list."""
        return [name.strip() for name in s.split(",") if name.strip()]

    def validate(self, obj: Any, value: Any) -> list[str]:
        """Raises TraitError for what is no such name."""
        names = super().validate(obj, value) or []
        for name in names:
            if not self._shape.fullmatch(name):
                raise TraitError(f"{self.name}: {name!r} is not {self._kind}.")
        return names


class PolicySettings(Settings):
    """What the administrator allows, for every user and through every door."""

    allowed_models = _Names(
        _MODEL,
        "'provider/model' or a pattern such as 'ollama/*'",
        help="Patterns of models that may be asked ('ollama/*', 'groq/llama-3.*'); no other is. Empty: all.",
    ).tag(config=True)
    blocked_models = _Names(
        _MODEL,
        "'provider/model' or a pattern such as 'openai/*'",
        help="Patterns of models that are never asked, also not in a failover; stronger than allowed_models.",
    ).tag(config=True)
    force_security_scan = Bool(
        False, help="Nobody may leave the security scan out, and it is judged for every code."
    ).tag(config=True)
    blocked_imports = _Names(
        _MODULE,
        "a module's name such as 'subprocess' or 'xml.etree'",
        help="Modules that code may not import, each with all that is in it; code that does never passes.",
    ).tag(config=True)
    allowed_outputs = List(
        Enum(OUTPUTS),
        default_value=list(OUTPUTS),
        minlen=1,
        help="Kinds of results that may be asked for: snippet (cells), zip (archives), pr (pull requests).",
    ).tag(config=True)
    posts_per_minute = Int(
        600,
        min=0,
        help="POST requests that one user may send in a minute, through all doors, except to verify receipts, which "
        "notebooks do by themselves. 0: no limit.",
    ).tag(config=True)
