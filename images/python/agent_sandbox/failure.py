"""What a repair needs to know of an exception: one line, a trimmed traceback, the failing frame's names."""

import linecache
import re
import reprlib

from .workspace import ROOT

MAX_MESSAGE = 500
MAX_TRACEBACK = 6000
MAX_EXAMPLE = 200
MAX_LOCALS = 30
MAX_FRAMES = 12

# What hypothesis adds for people, and what differs from one run to the next.
_PASSING = re.compile(r"\s*# or any other generated value$| at 0x[0-9a-f]+")

_short = reprlib.Repr(maxstring=120, maxother=160, maxlist=8, maxdict=8, maxtuple=8, maxset=8)


class Failure:
    """Made from a pytest ExceptionInfo, or from None for a test that did not fail."""

    def __init__(self, excinfo):
        self.message = self.traceback = ""
        self.locals = {}
        if excinfo is None:
            return
        error = excinfo.value
        text = _text(error)
        self.message = _one_line(error, text)
        example = _falsifying(error)
        if example:
            self.message = f"{self.message[: MAX_MESSAGE - len(example) - 3]} ({example})"
        frames = _own_frames(excinfo.tb)
        self.traceback = _render(frames, error, text)
        if frames:
            self.locals = _locals(frames[-1][0])


def _text(error):
    try:
        return str(error)
    except Exception as broken:
        return f"<its text can't be had: {type(broken).__name__}>"


def _one_line(error, text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    first = lines[0] if lines else ""
    where = [line[2:].strip() for line in lines[1:] if line.startswith("+") and "where" in line][:2]
    if where:
        first += f" ({'; '.join(where)})"
    name = type(error).__name__
    return (f"{name}: {first}" if first else name)[:MAX_MESSAGE]


def _falsifying(error):
    """hypothesis's smallest failing input, on one line; it is a note on the exception."""
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, str) and note.startswith("Falsifying example"):
            lines = (_PASSING.sub("", line) for line in note.splitlines())
            return " ".join(" ".join(lines).split()).replace("( ", "(").replace(", )", ")")[:MAX_EXAMPLE]
    return ""


def _own_frames(tb):
    frames = []
    while tb is not None:
        code = tb.tb_frame.f_code
        if code.co_filename.startswith(ROOT + "/"):
            frames.append((tb.tb_frame, tb.tb_lineno, code))
        tb = tb.tb_next
    return frames


def _render(frames, error, text):
    if len(frames) > MAX_FRAMES:
        frames = frames[: MAX_FRAMES // 2] + frames[-MAX_FRAMES // 2 :]
    lines = []
    for _, number, code in frames:
        path = code.co_filename[len(ROOT) + 1 :]
        lines.append(f"{path}:{number}: in {code.co_name}")
        source = linecache.getline(code.co_filename, number).strip()
        if source:
            lines.append(f"    {source[:200]}")
    lines += [f"E   {line[:300]}" for line in f"{type(error).__name__}: {text}".splitlines()[:30]]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        lines.append(f"E   caused by {_one_line(cause, _text(cause))}")
    return "\n".join(lines)[:MAX_TRACEBACK]


def _locals(frame):
    shown = {}
    for name, value in frame.f_locals.items():
        if len(shown) == MAX_LOCALS:
            break
        if name.startswith(("__", "@py")) or type(value).__name__ in ("module", "function", "type"):
            continue
        shown[name] = _repr(value)
    return shown


def _repr(value):
    try:
        return _short.repr(value)[:200]
    except Exception as broken:
        return f"<no repr: {type(broken).__name__}>"
