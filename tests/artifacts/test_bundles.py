"""ZIPs: all of one or nothing, and the entry that is why is named."""

from __future__ import annotations

import contextlib
import io
import random
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from jupyter_coding_agent.artifacts import bundles
from jupyter_coding_agent.artifacts.bundles import unpack
from jupyter_coding_agent.artifacts.content import Contents
from jupyter_coding_agent.artifacts.names import safe_name
from jupyter_coding_agent.artifacts.receiving import Received
from jupyter_coding_agent.core.errors import AgentError, TooLarge, Unprocessable
from tests.artifacts.conftest import files_in
from tests.artifacts.test_names import any_name

MIB = 1024 * 1024
Unpack = Callable[[bytes], dict[str, bytes]]


def entry(name: str, *, mode: int = 0, kind: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = kind
    return info


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bundle, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # duplicates are what some tests are about
        for name, content in entries:
            bundle.writestr(name, content)
    return made.getvalue()


def renamed(content: bytes, before: bytes, after: bytes) -> bytes:
    """Both places where an archive names an entry."""
    assert len(before) == len(after)
    return content.replace(before, after)


@pytest.fixture
def unpacked(root: Path) -> Iterator[Unpack]:
    contents = Contents(root, "own_test")
    contents.open()

    def take(data: bytes) -> dict[str, bytes]:
        packed = contents.stage(MIB * 10)
        packed.write(data)
        packed.seal()
        entries: list[Received] = []
        try:
            unpack([Received("b.zip", packed)], lambda: contents.stage(4 * MIB), entries, 4 * MIB)
            return {one.name: one.staged.path.read_bytes() for one in entries}
        finally:
            for one in [*entries, Received("", packed)]:
                one.staged.discard()

    yield take
    assert files_in(root) == []


def test_a_folder_comes_out_as_it_was(unpacked: Unpack):
    given = {"a.csv": b"1", "data/b.csv": b"2" * 1000, "data/deep/c": b""}
    assert unpacked(archive(("data/", b""), *given.items())) == given


ENCRYPTED = bytearray(archive(("secret", b"x")))
ENCRYPTED[6] |= 1
ENCRYPTED[ENCRYPTED.index(b"PK\1\2") + 8] |= 1

REFUSED = {
    "up": (archive(("../up", b"x")), "'../up'", "'..'"),
    "inside": (archive(("a/../../up", b"x")), "'a/../../up'", "'..'"),
    "absolute": (archive(("/etc/passwd", b"x")), "'/etc/passwd'", "absolute"),
    "drive": (archive(("C:x", b"x")), "'C:x'", "absolute"),
    "backslash": (renamed(archive(("a/b", b"x")), b"a/b", b"a\\b"), "a\\\\b", "backslash"),
    "nul": (renamed(archive(("aXb", b"x")), b"aXb", b"a\0b"), "a\\x00b", "control"),
    "newline": (archive(("a\nb", b"x")), "a\\nb", "control"),
    "dot": (archive(("a/./b", b"x")), "'a/./b'", "'.'"),
    "empty part": (archive(("a//b", b"x")), "'a//b'", "empty"),
    "link": (archive((entry("l", mode=stat.S_IFLNK | 0o777), b"/etc/passwd")), "'l'", "symbolic link"),
    "fifo": (archive((entry("p", mode=stat.S_IFIFO | 0o600), b"")), "'p'", "plain file"),
    "device": (archive((entry("d", mode=stat.S_IFBLK | 0o600), b"")), "'d'", "plain file"),
    "twice": (archive(("same", b"1"), ("same", b"2")), "'same'", "same file"),
    "case": (archive(("Data.csv", b"1"), ("data.CSV", b"2")), "'data.CSV'", "'Data.csv'"),
    "accent": (archive(("é", b"1"), ("e\u0301", b"2")), "e\\u0301", "same file"),
    "made the same": (archive(("a?", b"1"), ("a*", b"2")), "'a*'", "same file"),
    "file and folder": (archive(("a", b"1"), ("a/b", b"2")), "'a/b'", "same file"),
    "folder and file": (archive(("a/b", b"1"), ("A", b"2")), "'A'", "same file"),
    "deep": (archive(("/".join("abcdefghijk"), b"x")), "'a/b/c", "deep"),
    "long": (archive(("/".join(["x" * 150] * 3), b"x")), "'xxx", "300 bytes"),
    "encrypted": (bytes(ENCRYPTED), "'secret'", "encrypted"),
    "method": (archive((entry("z", kind=zipfile.ZIP_LZMA), b"x" * 100)), "'z'", "deflate"),
    "ratio": (archive(("zeros", bytes(3 * MIB))), "'zeros'", "200 times"),
    "total": (
        archive(("fine", b"x"), *((f"n{n}", random.Random(n).randbytes(MIB)) for n in range(5))),
        "'n3'",
        "4 MiB",
    ),
    "no zip": (b"not a zip at all", "b.zip", "not a ZIP"),
    "cut": (archive(("a", random.Random(0).randbytes(1000)))[:500], "b.zip", "not a ZIP"),
    "nothing": (archive(), "ZIP", "no files"),
    "only folders": (archive(("a/", b"")), "ZIP", "no files"),
    "many": (archive(*((f"f{n}", b"") for n in range(1001))), "b.zip", "1001 entries"),
    "huge table": (archive(*((f"{n:0100}", b"") for n in range(16_000))), "ZIP", "entries"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_named(unpacked: Unpack, case: str):
    data, name, why = REFUSED[case]
    with pytest.raises((Unprocessable, TooLarge)) as refusal:
        unpacked(data)
    assert name in refusal.value.message
    assert why in refusal.value.message


def test_an_entry_that_holds_more_than_it_says_is_not_unpacked(unpacked: Unpack):
    data = bytearray(archive(("liar", b"x" * 1000)))
    for signature, offset in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        at = data.index(signature) + offset
        data[at : at + 4] = struct.pack("<I", 10)
    with pytest.raises(Unprocessable, match="liar"):
        unpacked(bytes(data))


def test_a_damaged_entry_is_named(unpacked: Unpack):
    data = bytearray(archive((entry("hurt", kind=zipfile.ZIP_STORED), b"x" * 1000)))
    data[500] ^= 1
    with pytest.raises(Unprocessable, match="hurt"):
        unpacked(bytes(data))


def test_overlapping_entries_are_no_bomb(unpacked: Unpack):
    """Many entries that share one piece of compressed data: their sizes are counted each."""
    whole = archive(("k", bytes(100_000)))
    at = whole.index(b"PK\1\2")
    table, end = whole[at : whole.index(b"PK\5\6")], bytearray(whole[whole.index(b"PK\5\6") :])
    names = [bytes([65 + n // 26, 65 + n % 26]) for n in range(600)]
    tables = b"".join(table[:28] + struct.pack("<H", 2) + table[30:46] + name for name in names)
    end[8:12] = struct.pack("<HH", 600, 600)
    end[12:16] = struct.pack("<I", len(tables))
    with pytest.raises((TooLarge, Unprocessable)):
        unpacked(whole[:at] + tables + bytes(end))


def any_part(source: random.Random) -> str:
    """A name as an archive can hold it; those that can't come out at all have tests of their own."""
    name = any_name(source)[:40].encode("utf-8", "replace").decode()
    return "".join(char for char in name if char >= " " and char not in "/\\") or "x"


@pytest.mark.parametrize("seed", range(10))
def test_whatever_the_names_are_only_safe_ones_come_out(unpacked: Unpack, seed: int):
    source = random.Random(seed)
    came = 0
    for _ in range(50):
        names = ["/".join(any_part(source) for _ in range(source.randint(1, 3))) for _ in range(3)]
        try:
            paths = unpacked(archive(*((name, b"x") for name in names)))
        except AgentError as refusal:
            assert refusal.message.endswith(".")
            continue
        came += 1
        assert len(paths) == len(names)
        for path in paths:
            assert path == "/".join(safe_name(part) for part in path.split("/"))
    assert came > 20


@pytest.mark.parametrize("seed", range(5))
def test_whatever_the_bytes_are_it_is_a_sentence(unpacked: Unpack, seed: int):
    source = random.Random(seed)
    whole = archive(("a.txt", b"hello" * 50), ("dir/b.txt", b"x" * 300))
    for _ in range(100):
        data = bytearray(whole)
        for _ in range(source.randint(1, 6)):
            data[source.randrange(len(data))] = source.randrange(256)
        end = source.randint(len(data) // 2, len(data)) if source.random() < 0.2 else len(data)
        with contextlib.suppress(AgentError):
            unpacked(bytes(data[:end]))


async def test_unpacked_through_the_door_or_not_at_all(client: httpx.AsyncClient, root: Path):
    good = archive(("a.csv", b"1"), ("sub/b.py", b"2"))
    made = (
        await client.post("/artifacts/upload", files={"file": ("f.zip", good)}, data={"unpack": "true"})
    ).json()
    assert [(one["name"], one["language"]) for one in made["artifacts"]] == [
        ("a.csv", None),
        ("sub/b.py", "python"),
    ]
    bad = archive(("c.csv", b"3"), ("../d", b"4"))
    form = [("file", ("g.zip", good)), ("file", ("h.zip", bad)), ("unpack", (None, "true"))]
    reply = await client.post("/artifacts/upload", files=form)
    assert reply.status_code == 422
    assert (await client.get("/artifacts")).json()["total"] == 2
    assert len(files_in(root)) == 2
    whole = (await client.post("/artifacts/upload", files={"file": ("f.zip", good)})).json()
    assert (whole["name"], whole["size"]) == ("f.zip", len(good))


def test_a_table_of_contents_is_read_within_bounds():
    reading = bundles._Bounded(io.BytesIO(b"x" * (3 * MIB)))
    with pytest.raises(TooLarge):
        reading.read()
    reading.limit = None
    reading.seek(0)
    assert len(reading.read(3 * MIB)) == 3 * MIB
