from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.core.interactiveshell import InteractiveShell

from jupyter_coding_agent.magics.offering import offered

PASSWORD = "hunter2-correct-horse"
CONNECTION = f"postgresql://me:{PASSWORD}@db.example.com/orders"
TOKEN = "ghp_" + "aB3dE5gH7jK9" * 3
HERE = "__import__('jupyter_coding_agent.magics.offering', fromlist=['_'])"


def test_names_and_schemas_are_offered_and_no_value():
    namespace: dict[str, Any] = {
        "frame": pd.DataFrame({"price": [17.5], TOKEN: ["Ada"]}),
        "connection": CONNECTION,
        "_private": 1,
        "theirs": 1,
        "helper": test_names_and_schemas_are_offered_and_no_value,
    }
    offer = offered(namespace, ["theirs"])
    assert [(row["name"], row["definition"]) for row in offer["variables"]] == [
        ("frame", False),
        ("connection", False),
        ("helper", True),
    ]
    assert "1 x 2; columns price (float64)" in offer["variables"][0]["description"]
    said = json.dumps(offer)
    assert not [secret for secret in (PASSWORD, "17.5", "Ada", TOKEN) if secret in said]
    assert "pandas" in offer["packages"]


def test_a_front_end_asks_by_user_expressions(tmp_path: Path):
    """Over IPython's own machinery: what it answers is what a browser reads."""
    shell = InteractiveShell(ipython_dir=str(tmp_path))
    InteractiveShell._instance = shell
    try:
        shell.user_ns |= {"connection": CONNECTION}
        before = dict(shell.user_ns)
        sources = json.dumps([f"connection = '{CONNECTION}'", "1 + 1\n'ü'"])
        answers = shell.user_expressions(
            {
                "variables": f"{HERE}.variables()",
                "cells": f"{HERE}.cells({json.dumps(sources)})",
            }
        )
        assert shell.user_ns == before
    finally:
        InteractiveShell._instance = None
    assert PASSWORD not in json.dumps(answers)
    rows = answers["variables"]["data"]["application/json"]["variables"]
    assert {"name": "connection", "description": f"str: {len(CONNECTION)} long", "definition": False} in rows
    cells = answers["cells"]["data"]["application/json"]["cells"]
    assert "<redacted" in cells[0]
    assert cells[1] == "1 + 1\n'ü'"
