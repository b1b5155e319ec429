"""Whatever a file was called, its name is safe, and safe names stay."""

from __future__ import annotations

import random
import unicodedata

import pytest

from jupyter_coding_agent.artifacts.kinds import language, media_type
from jupyter_coding_agent.artifacts.names import MAX_NAME_BYTES, collision_key, safe_name, upload_name

PARTS = [
    *(
        "..",
        ".",
        "/",
        "\\",
        "-",
        "~",
        " ",
        "\0",
        "\n",
        "\x1b[31m",
        "CON",
        "con",
        "nul",
        "COM1",
        "lpt¹",
        ".txt",
        ".tar.gz",
    ),
    *(
        "\u202e",
        "\u200b",
        "\u2066",
        "\ufeff",
        "\u2028",
        "\ud800",
        "\ue000",
        "\u0301",
        "e\u0301",
        "\u0338",
        "<",
        ">",
        ":",
    ),
    *(
        "é",
        "ß",
        "İ",
        "文",
        "🙂",
        "👩\u200d💻",
        "a",
        "B",
        "9",
        "_",
        "%2e%2e",
        "'",
        '"',
        "|",
        "?",
        "*",
        "\u3000",
        "\xa0",
    ),
    *("א", "مرحبا", "x" * 255, "文" * 90, "." * 40, "-" * 40),
]


def any_name(source: random.Random) -> str:
    parts = [source.choice(PARTS) for _ in range(source.randint(0, 8))]
    parts += [chr(source.randrange(0x11000)) for _ in range(source.randint(0, 4))]
    source.shuffle(parts)
    return "".join(parts)


@pytest.mark.parametrize("seed", range(20))
def test_every_name_becomes_safe_and_stays(seed: int):
    source = random.Random(seed)
    for _ in range(500):
        name = any_name(source)
        for safe in (safe_name(name), upload_name(name)):
            about = (ascii(name), ascii(safe))
            assert 0 < len(safe.encode()) <= MAX_NAME_BYTES, about
            assert not set(safe) & set('<>:"|?*/\\'), about
            assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn") for char in safe), (
                about
            )
            assert safe[0] not in ".-~ " and safe[-1] not in ". ", about
            assert safe.partition(".")[0].casefold().strip() not in ("con", "nul", "com1", "lpt¹"), about
            assert safe == safe_name(safe) == unicodedata.normalize("NFC", safe), about


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\report.csv", "report.csv"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        (".bashrc", "bashrc"),
        ("--help", "help"),
        ("..", "file"),
        ("", "file"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\0b\r\n.csv", "ab.csv"),
        ("e\u0301.csv", "é.csv"),
        ("文" * 100 + ".parquet", "文" * 64 + ".parquet"),
        ("orders 2024 (1).csv", "orders 2024 (1).csv"),
        ("folder/", "folder"),
    ],
)
def test_examples(given: str, shown: str):
    assert upload_name(given) == shown


def test_paths_that_some_file_system_takes_for_one():
    assert collision_key("Data/É.csv") == collision_key("data/e\u0301.CSV")
    assert collision_key("straße") == collision_key("STRASSE")
    assert collision_key("a") != collision_key("b")


@pytest.mark.parametrize(
    ("name", "kind", "of"),
    [
        ("a.csv", "text/csv", None),
        ("a.PY", "text/x-python", "python"),
        ("a.ts", "text/plain", "typescript"),
        ("a.json", "application/json", None),
        ("a.csv.gz", "application/gzip", None),
        ("a.html", "text/html", None),
        ("d/a.png", "image/png", None),
        ("a.svg", "image/svg+xml", None),
        ("noidea", "application/octet-stream", None),
        ("a.xyzzy", "application/octet-stream", None),
    ],
)
def test_what_a_name_stands_for(name: str, kind: str, of: str | None):
    assert (media_type(name), language(name)) == (kind, of)
