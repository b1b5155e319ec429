"""What code wrote comes out, pictures with a small one beside them, on the real engine with the real image."""

from __future__ import annotations

import struct
import textwrap

import pytest

from jupyter_coding_agent.runner.models import Limits, OutputFile, TestRun
from jupyter_coding_agent.runner.service import ContainerRunner
from tests.engine import MakeRunner, job

pytestmark = pytest.mark.engine

BOMB = """
import struct, zlib

def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

def png(width, height, rows=b""):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\\x89PNG\\r\\n\\x1a\\n" + body
"""


@pytest.fixture
def runner(make_runner: MakeRunner) -> ContainerRunner:
    return make_runner(warm_plain=0, warm_data=0, warm_plot=0)


async def left_by(runner: ContainerRunner, body: str, *, solution: str = BOMB, **values: object) -> TestRun:
    """A run of one test with this body, beside `BOMB`."""
    test = f"import os\nfrom solution import *\n\ndef test_it():\n{textwrap.indent(textwrap.dedent(body), '    ')}"
    run = await runner.run_tests(job(solution, test, **values))
    assert [report.outcome for report in run.reports] == ["passed"], run.reports
    assert run.exit.reason == "finished"
    return run


def of(run: TestRun) -> dict[str, OutputFile]:
    return {output.path: output for output in run.outputs}


def size(thumbnail: bytes | None) -> tuple[int, int]:
    """Width and height of a whole PNG."""
    assert thumbnail is not None
    assert thumbnail.startswith(b"\x89PNG\r\n\x1a\n") and thumbnail.endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", thumbnail[16:24])
    return width, height


async def test_a_table_and_a_plot(runner: ContainerRunner) -> None:
    run = await left_by(
        runner,
        """
        import matplotlib.pyplot as plt
        figure, axes = plt.subplots(figsize=(8, 4), dpi=100)
        axes.plot([1, 2, 3], [1, 4, 9])
        os.mkdir("out")
        figure.savefig("out/plot.PNG")
        open("table.csv", "w").write("a,b\\n1,2\\n")
        """,
        imports=["matplotlib"],
    )
    found = of(run)
    assert sorted(found) == ["out/plot.PNG", "table.csv"]
    assert (found["table.csv"].content, found["table.csv"].thumbnail) == (b"a,b\n1,2\n", None)
    assert size(found["out/plot.PNG"].content) == (800, 400)
    assert size(found["out/plot.PNG"].thumbnail) == (256, 128)


async def test_every_kind_of_picture(runner: ContainerRunner) -> None:
    run = await left_by(
        runner,
        """
        from PIL import Image
        for name in ("a.png", "a.jpg", "a.jpeg", "a.gif", "a.webp", "a.bmp"):
            Image.new("RGB", (100, 1000), "red").save(name)
        for mode in ("1", "L", "LA", "P", "RGBA", "I;16"):
            Image.new(mode, (300, 30)).save(f"mode {mode}.png")
        Image.new("CMYK", (300, 30)).save("mode CMYK.jpg")
        Image.new("RGB", (10, 10)).save("tiny.png", icc_profile=b"x" * 400_000)
        Image.new("RGB", (10, 10)).save("tiff in disguise.png", "TIFF")
        """,
    )
    sizes = {path: size(output.thumbnail) for path, output in of(run).items() if output.thumbnail}
    assert sizes == {
        **{f"a.{suffix}": (26, 256) for suffix in ("png", "jpg", "jpeg", "gif", "webp", "bmp")},
        **{f"mode {mode}": (256, 26) for mode in ("1.png", "L.png", "LA.png", "P.png", "RGBA.png")},
        **{f"mode {mode}": (256, 26) for mode in ("I;16.png", "CMYK.jpg")},
        "tiny.png": (10, 10),
    }
    assert len(of(run)["tiny.png"].thumbnail or b"") < 1000


async def test_broken_pictures_bombs_and_links_have_none_and_cost_no_other_theirs(
    runner: ContainerRunner,
) -> None:
    run = await left_by(
        runner,
        """
        open("broken.png", "wb").write(png(100, 100, b"short"))
        open("cut.png", "wb").write(png(100, 100, bytes(30100))[:60])
        open("empty.png", "wb").close()
        open("bomb.png", "wb").write(png(50_000, 50_000))
        open("good.png", "wb").write(png(100, 100, bytes(30100)))
        open("text.png", "w").write("no picture")
        os.symlink("/etc/passwd", "plot.png")
        """,
    )
    found = of(run)
    assert "plot.png" not in found
    assert any("plot.png" in sentence for sentence in run.outputs_refused)
    assert [path for path, output in found.items() if output.thumbnail] == ["good.png"]
    assert len(found) == 6


async def test_nothing_is_decoded_of_a_picture_with_too_many_pixels(runner: ContainerRunner) -> None:
    await left_by(
        runner,
        """
        import sys
        sys.path.append("/opt/agent")
        from agent_sandbox import thumbnails
        picture = png(100, 100, bytes(30100))
        thumbnails._MAX_PIXELS = 10_000
        assert thumbnails._thumbnail(picture)
        thumbnails._MAX_PIXELS = 9_999
        assert thumbnails._thumbnail(picture) == b""
        """,
    )


async def test_code_cannot_put_anything_in_the_place_of_what_makes_them(runner: ContainerRunner) -> None:
    run = await left_by(
        runner,
        """
        import sys
        fake = "raise SystemExit('not this one')"
        packages = f"/tmp/.local/lib/python3.{sys.version_info[1]}/site-packages"
        for path in ("PIL.py", "/tmp/PIL.py", "io.py", f"{packages}/PIL.py"):
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            open(path, "w").write(fake)
        open("good.png", "wb").write(png(100, 100, bytes(30100)))
        """,
    )
    assert size(of(run)["good.png"].thumbnail) == (100, 100)


async def test_no_more_than_so_many(runner: ContainerRunner) -> None:
    run = await left_by(
        runner,
        "for n in range(5): open(f'{n}.png', 'wb').write(png(1, 1, bytes(4)))\n",
        limits=Limits(thumbnail_count=3),
    )
    assert [bool(output.thumbnail) for output in run.outputs] == [True] * 3 + [False] * 2


async def test_none_of_a_run_that_was_cut_short(runner: ContainerRunner) -> None:
    test = "from solution import *\nopen('a.png', 'wb').write(png(1, 1, bytes(4)))\nwhile True: pass\n"
    run = await runner.run_tests(job(BOMB, test, limits=Limits(timeout_seconds=2)))
    assert run.exit.reason == "timeout"
    assert [(output.path, output.thumbnail) for output in run.outputs] == [("a.png", None)]
