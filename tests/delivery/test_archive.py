"""The bytes of an archive."""

from __future__ import annotations

import io
import zipfile

import pytest

from jupyter_coding_agent.core.errors import TooLarge
from jupyter_coding_agent.delivery.archive import MAX_BYTES, pack


def test_the_same_content_gives_the_same_bytes_in_whatever_order():
    one = pack({"a.py": "x = 1\n", "b/c.py": "ä\n"}, "folder")
    other = pack({"b/c.py": "ä\n", "a.py": "x = 1\n"}, "folder")
    assert one == other
    assert pack({"a.py": "x = 2\n"}, "folder") != pack({"a.py": "x = 1\n"}, "folder")


def test_what_was_packed_comes_out():
    with zipfile.ZipFile(io.BytesIO(pack({"a.py": "x = 1\n", "b/c.py": "ä\n"}, "folder"))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["folder/a.py", "folder/b/c.py"]
        assert archive.read("folder/b/c.py").decode() == "ä\n"
        kept = {(info.external_attr >> 16, info.date_time) for info in archive.infolist()}
    assert kept == {(0o100644, (1980, 1, 1, 0, 0, 0))}


def test_too_much_is_refused():
    with pytest.raises(TooLarge, match="50 MiB"):
        pack({"a.txt": "x" * (MAX_BYTES + 1)}, "folder")
