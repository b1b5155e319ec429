"""Every template with its defaults and with the values of ``unusual.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from jupyter_coding_agent.templates.catalog import TemplateLibrary
from jupyter_coding_agent.templates.models import RenderedTemplate

HERE = Path(__file__).parent
LIBRARY = TemplateLibrary()
UNUSUAL: dict[str, list[dict[str, Any]]] = yaml.safe_load((HERE / "unusual.yaml").read_text("utf-8"))
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    f"{template.id}-{number}": (template.id, values)
    for template in LIBRARY.list()
    for number, values in enumerate([{}, *UNUSUAL[template.id]])
}


def rendered(case: str) -> RenderedTemplate:
    """The template of a case, filled with its values."""
    template_id, values = CASES[case]
    return LIBRARY.render(LIBRARY.get(template_id), values)
