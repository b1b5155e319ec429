from __future__ import annotations

import importlib.metadata
import os
import re
import sys
from pathlib import Path

import pytest

from jupyter_coding_agent.magics.packages import installed


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_it_is_what_the_metadata_says():
    named = {distribution.name for distribution in importlib.metadata.distributions()}
    assert {canonical(name) for name in installed()} == {canonical(name) for name in named if name}
    assert installed() == sorted(set(installed()))


def test_what_is_installed_meanwhile_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "missing"), str(tmp_path / "a.zip")])
    (tmp_path / "a.zip").write_bytes(b"PK")
    assert installed() == []
    (tmp_path / "brand_new-1.0.dist-info").mkdir()
    os.utime(tmp_path, ns=(1, 1))
    assert installed() == ["brand_new"]
