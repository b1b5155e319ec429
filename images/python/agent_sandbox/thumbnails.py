"""Small pictures of what the code drew, made when it has ended, by a child that may do no more than the code could.

Whatever a picture does to the library that reads it, it does in a process of uid 1000 with little memory and time,
in a container that is about to go. Such a child that dies takes along only the picture that it was at.
"""

import io
import os
import resource
import select
import signal
import time

from . import users, wire

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp")
LONGER_SIDE = 256
MAX_BYTES = 300_000
"""More than 256 x 256 pixels need that can't be compressed at all."""
SECONDS = 3.0

# Of what stands in a file's head: nothing is decoded of a picture that is larger.
_MAX_PIXELS = 40_000_000
_MEMORY_BYTES = 448 * 1024 * 1024
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_AS_THEY_ARE = ("L", "LA", "RGB", "RGBA")


def is_picture(path):
    """By its name."""
    return path.lower().endswith(SUFFIXES)


def made(pictures, deadline):
    """Yield (path, PNG bytes) of `pictures`, a list of (path, content); those that can't be read have none.

    Ends by `deadline` (of ``time.monotonic``), and `SECONDS` after it began.
    """
    deadline = min(deadline, time.monotonic() + SECONDS)
    left = list(pictures)
    while left and time.monotonic() < deadline:
        done = 0
        try:
            for thumbnail in _from_child(left, deadline):
                if thumbnail:
                    yield left[done][0], thumbnail
                done += 1
        except OSError:
            return  # nothing can be started any more
        left = left[done + 1 :]


def _from_child(pictures, deadline):
    """What a child makes of each, b"" where it can't; fewer where it died or the time was over."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _be_child(pictures, writing)
    os.close(writing)
    try:
        yield from _frames(reading, len(pictures), deadline)
    finally:
        users.kill_everything()
        os.waitpid(child, 0)
        os.close(reading)


def _frames(descriptor, count, deadline):
    """Up to `count` frames, of which none is believed to be one."""
    buffer = bytearray()
    while count:
        readable, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        data = os.read(descriptor, 64 * 1024) if readable else b""
        if not data:
            return
        buffer += data
        while count and len(buffer) >= 4:
            size = int.from_bytes(buffer[:4], "big")
            if size > MAX_BYTES:
                return
            if len(buffer) < 4 + size:
                break
            yield bytes(buffer[4 : 4 + size])
            del buffer[: 4 + size]
            count -= 1


def _be_child(pictures, writing):
    """Never returns."""
    try:
        signal.set_wakeup_fd(-1)
        nothing = os.open("/dev/null", os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        os.dup2(writing, 3)
        os.closerange(4, os.sysconf("SC_OPEN_MAX"))
        users.become_agent()
        _limit()
        for _, content in pictures:
            thumbnail = _thumbnail(content)
            wire.write_all(3, len(thumbnail).to_bytes(4, "big") + thumbnail)
    finally:
        os._exit(0)


def _limit():
    with open("/proc/self/statm", encoding="ascii") as numbers:
        used = int(numbers.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS) + 1,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _thumbnail(content):
    """A PNG of at most `LONGER_SIDE` pixels, or b""."""
    # Only here: what waits for a job is to hold no library that few jobs need.
    from PIL import BmpImagePlugin, GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

    assert all((BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin))
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                return b""
            picture.draft(None, (2 * LONGER_SIDE, 2 * LONGER_SIDE))
            picture.load()
            if picture.mode not in _AS_THEY_ARE or "transparency" in picture.info:
                picture = picture.convert("RGBA")
            picture.thumbnail((LONGER_SIDE, LONGER_SIDE))
            # Colour profiles and texts stay behind.
            picture.info = {}
            file = io.BytesIO()
            picture.save(file, "PNG")
    except Exception:  # a picture may be anything
        return b""
    return file.getvalue() if file.tell() <= MAX_BYTES else b""
