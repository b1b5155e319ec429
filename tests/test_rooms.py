"""The architecture's rule that import-linter can't say: a room reaches another only through its service or models."""

from __future__ import annotations

import ast
from pathlib import Path

import jupyter_coding_agent

PACKAGE = Path(jupyter_coding_agent.__file__).parent
ROOMS = {
    "agents",
    "artifacts",
    "backup",
    "chat",
    "config",
    "delivery",
    "executions",
    "health",
    "limits",
    "llm",
    "notebooks",
    "policy",
    "receipts",
    "repair",
    "retention",
    "runner",
    "security",
    "sessions",
    "templates",
    "users",
    "validation",
}
# What may be reached from outside. Settings and routes are for those who wire, receipts' keys are for whoever signs.
OPEN = {"models", "service", "protocol", "settings", "handlers", "ports"}
# The rooms that put the others together.
WIRING = {"engine.py", "host.py", "app.py", "cli", "cli.py", "bench"}
EXCEPTIONS = {
    # One formula each, pure functions that two rooms share.
    ("backup", "artifacts.content"),
    ("delivery", "validation.languages.python.generated"),
    ("executions", "agents.loop"),
    ("executions", "agents.diffs"),
    ("executions", "agents.analyzer"),
    ("executions", "agents.fixing.book"),
    ("executions", "validation.receipts"),
    ("receipts", "validation.receipts"),
    ("agents", "llm.complexity"),
    ("chat", "agents.notebook"),
    ("sessions", "agents.conversation.fencing"),
    ("agents", "validation.quality"),
    ("notebooks", "validation.effects"),
    ("notebooks", "validation.languages"),
    ("notebooks", "validation.packages"),
    ("notebooks", "validation.receipts"),
}


def imports_of(path: Path) -> set[str]:
    """Dotted names below the package that a file imports, wherever in the file the import stands."""
    inside = path.relative_to(PACKAGE).with_suffix("").parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = inside[: len(inside) - node.level]
            module = ".".join((*base, *(node.module or "").split("."))).strip(".")
            found |= (
                {module} if node.module else {f"{module}.{alias.name}".strip(".") for alias in node.names}
            )
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("jupyter_coding_agent."):
            found.add((node.module or "").removeprefix("jupyter_coding_agent."))
    return found


def trespasses() -> list[str]:
    """Imports from one room into the inside of another."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        if inside.parts[0] in WIRING | {"_images"} or inside.parts[:2] == ("templates", "library"):
            continue
        for name in imports_of(path):
            room, _, rest = name.partition(".")
            foreign = room in ROOMS and room != inside.parts[0]
            allowed = rest.split(".")[0] in OPEN or (inside.parts[0], name) in EXCEPTIONS
            if foreign and not allowed:
                found.append(f"{inside} imports {name}")
    return found


def test_rooms_are_reached_through_their_service_or_models():
    assert trespasses() == []


def test_the_rule_sees_relative_imports():
    assert "runner.models" in imports_of(PACKAGE / "validation" / "models.py")
