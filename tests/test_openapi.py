"""The document describes what there is: routes, verbs, bodies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from openapi_spec_validator import validate

from jupyter_coding_agent.engine import Engine
from jupyter_coding_agent.web.openapi import DOCUMENT
from tests.openapi_schemas import schemas

VERBS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded = yaml.safe_load(DOCUMENT.read_text())
    assert isinstance(loaded, dict)
    return loaded


def test_it_is_a_valid_document(document: dict[str, Any]):
    validate(document)


async def test_it_has_exactly_the_endpoints_that_exist(document: dict[str, Any], tmp_path: Path):
    engine = await Engine.start(tmp_path, environ={})
    there = {
        (re.sub(r"\([^)]*\)", "{}", pattern).replace("\\", ""), verb)
        for pattern, handler, _ in engine.routes()
        for verb in VERBS
        # A verb that a handler doesn't have is tornado's own, which answers 405.
        if getattr(handler, verb).__module__ != "tornado.web"
    }
    await engine.close()
    described = {
        (re.sub(r"\{.*?\}", "{}", path), verb)
        for path, item in document["paths"].items()
        for verb in VERBS
        if verb in item
    }
    assert described == there


def test_its_schemas_are_the_models(document: dict[str, Any]):
    assert document["components"]["schemas"] == schemas(), "run: python -m tests.openapi_schemas"


def test_every_operation_says_what_errors_it_has(document: dict[str, Any]):
    for path, item in document["paths"].items():
        for verb in VERBS:
            if verb in item:
                assert "403" in item[verb]["responses"], (path, verb)
                assert item[verb]["summary"].endswith("."), (path, verb)
                if "requestBody" in item[verb]:
                    assert {"400", "413"} <= item[verb]["responses"].keys(), (path, verb)
                if verb == "post":
                    counted = path != "/receipts/verify"
                    assert ("429" in item[verb]["responses"]) is counted, (path, verb)
                if "{execution_id}" in path:
                    assert "404" in item[verb]["responses"], (path, verb)


def contents(node: Any) -> list[dict[str, Any]]:
    """Every media type object with an example."""
    if isinstance(node, dict):
        own = [node] if "example" in node and "schema" in node else []
        return own + [found for value in node.values() for found in contents(value)]
    return [found for value in node for found in contents(value)] if isinstance(node, list) else []


def test_every_example_fits_its_schema(document: dict[str, Any]):
    examples = contents(document)
    assert len(examples) > 10
    for content in examples:
        jsonschema.validate(content["example"], {**content["schema"], "components": document["components"]})


def test_it_is_of_this_version(document: dict[str, Any]):
    from jupyter_coding_agent import __version__

    assert document["info"]["version"] == __version__
