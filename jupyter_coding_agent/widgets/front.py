"""The panels' JavaScript as one module, as anywidget wants it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FRONT = Path(__file__).with_name("front")
_ORDER = ("dom", "server", "events", "unified", "state", "progress", "diff", "chat")
"""Each after what it imports."""
_MAIN = "panel"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|const|class) (\w+))", re.MULTILINE)


@cache
def script() -> str:
    """The modules of ``front/`` in one: each in a function of its own, so that none sees another's names."""
    return "\n".join([*map(_wrapped, _ORDER), _without_imports(_source(_MAIN))])


@cache
def style() -> str:
    """The panels' style sheet."""
    return (_FRONT / "panel.css").read_text(encoding="utf-8")


def _wrapped(name: str) -> str:
    source = _source(name)
    exported = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub("", _without_imports(source))
    return f"const {name}_js = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();"


def _without_imports(source: str) -> str:
    return _IMPORT.sub(lambda found: f"const {{{found[1]}}} = {found[2]}_js;", source)


def _source(name: str) -> str:
    return (_FRONT / f"{name}.js").read_text(encoding="utf-8")
