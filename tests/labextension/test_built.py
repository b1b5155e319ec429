"""The front end as it is shipped: small, and without a way for text to become markup."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BUILT = ROOT / "jupyter_coding_agent" / "labextension"
MOST_GZIPPED = 250_000
MOST_FOR_NOTEBOOKS = 60_000
"""What a notebook needs of it, even as it is before it is made small."""


@pytest.fixture(scope="module")
def scripts() -> list[bytes]:
    found = [path.read_bytes() for path in (BUILT / "static").glob("*.js")]
    assert found, "The front end is not built: run make labextension."
    return found


def test_all_of_it_is_small_also_what_is_loaded_later(scripts: list[bytes]):
    assert sum(len(gzip.compress(script)) for script in scripts) <= MOST_GZIPPED


def test_what_notebooks_need_is_small():
    compiled, modules = ROOT / "labextension" / "lib", ROOT / "labextension" / "node_modules"
    own = [*compiled.glob("notebook/**/*.js"), *compiled.glob("api/*.js"), compiled / "dom.js"]
    used = [modules / "openapi-fetch/dist/index.mjs", *modules.glob("eventsource-parser/dist/*.js")]
    assert len(own) > 20
    together = b"".join(path.read_bytes() for path in [*own, *used])
    assert len(gzip.compress(together)) <= MOST_FOR_NOTEBOOKS


def test_the_entry_that_jupyterlab_loads_is_there():
    package = json.loads((BUILT / "package.json").read_text())
    assert package["name"] == "jupyter-coding-agent"
    assert (BUILT / package["jupyterlab"]["_build"]["load"]).is_file()
    assert {path.name for path in (BUILT / "schemas/jupyter-coding-agent").glob("*.json")} >= {
        "notebook.json"
    }


def test_no_source_assigns_markup():
    sources = [path for path in (ROOT / "labextension/src").rglob("*.ts*") if ".test.ts" not in path.name]
    assert sources
    for path in sources:
        assert not re.search(
            r"dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|DOMParser", path.read_text()
        ), path
