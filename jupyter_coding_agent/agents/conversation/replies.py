"""What a model answered, as files; or why it can't be used.

Models answer in fences with and without paths, in JSON, with prose and thoughts around, cut off, empty.
Everything is read that can be read without guessing at the meaning; whatever is dropped is said.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Literal

from ..source import pysource
from .fences import Block, blocks
from .prompting import LanguagePart

MAX_REPLY = 400_000
MAX_FILE = 200_000
MAX_FILES = 50
MAX_REQUIREMENTS = 50
_MAX_PATH = 200
_MAX_DEPTH = 8

# Blocks that show something and are no file, unless their info string names one.
_NO_FILES = frozenset({
    "bash", "sh", "shell", "zsh", "console", "terminal", "powershell", "cmd", "text", "txt", "plaintext",
    "output", "diff", "patch", "pycon", "traceback", "log",
})  # fmt: skip
_THINKING = re.compile(r"\s*<(think|thinking|reasoning|thought)>(.*?)(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_THINKING_END = re.compile(
    r"\A.*^</(?:think|thinking|reasoning|thought)>[ \t]*$", re.DOTALL | re.MULTILINE | re.IGNORECASE
)
_REFUSAL = re.compile(r"\s*\**REFUSED\**\s*:\s*(?P<reason>.{0,500})", re.IGNORECASE | re.DOTALL)
_FENCE = re.compile(r"^(?:```|~~~)\S.*$", re.MULTILINE)
_SAFE_PATH = re.compile(r"[\w][\w. -]*(?:/[\w][\w. -]*)*")


@dataclass(frozen=True)
class Reply:
    """A reply that was read. It is usable if `reason` is empty."""

    files: dict[str, str] = field(default_factory=dict)
    requirements: list[str] | None = None
    """None where the reply does not speak of requirements."""
    notes: list[str] = field(default_factory=list)
    """Sentences: what was dropped or assumed."""
    reason: str = ""
    """Why it can't be used, said to the model and to people."""
    refused: bool = False
    """The model declined the request; `reason` is its own."""


@dataclass
class _Found:
    """Files as the reply names them, before any rule is applied."""

    files: list[tuple[str | None, str]] = field(default_factory=list)
    requirements: list[str] | None = None
    cut_off: str = ""
    """The path, or a description, of what breaks off."""
    notes: list[str] = field(default_factory=list)


def parse_reply(
    text: str,
    language: LanguagePart,
    want: Literal["tests", "code"],
    *,
    cut_off: bool = False,
    path: str | None = None,
) -> Reply:
    """Read a reply. `cut_off` says that the model was stopped at its length limit.

    `path` is the file that a block without a path is taken for. Where tests were asked for under a `path` of their
    own, a single test file of another name is taken for it too.
    """
    if len(text) > MAX_REPLY:
        return Reply(reason=f"The reply has {len(text):,} characters; at most {MAX_REPLY:,} are read.")
    text = text.encode("utf-8", "replace").decode()  # lone surrogates can't be written to any file
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    spoken = _without_thinking(text)
    if not spoken.strip():
        return Reply(
            reason="The reply holds nothing but thoughts." if text.strip() else "The reply is empty."
        )
    refusal = _REFUSAL.match(spoken)
    if refusal and "```" not in spoken:
        return Reply(reason=" ".join(refusal["reason"].split()) or "No reason was given.", refused=True)
    found = (
        _from_json(spoken)
        or _from_fences(spoken, language, cut_off)
        or _from_bare_code(spoken, language, cut_off)
    )
    if found is None:
        excerpt = " ".join(spoken.split())[:200]
        return Reply(reason=f"The reply has no code; it begins: {excerpt!r}.")
    reply = _judged(found, language, want, path)
    if want == "code" or path is None or path in reply.files or len(reply.files) != 1:
        return reply
    ((other, content),) = reply.files.items()
    return replace(reply, files={path: content}, notes=[*reply.notes, f"{other} was taken as {path}."])


def _without_thinking(text: str) -> str:
    """The text without the thoughts that some models put before their answer."""
    start = 0
    while thought := _THINKING.match(text, start):
        start = thought.end()
    text = text[start:]
    if re.search(r"^<(?:think|thinking|reasoning|thought)>", text, re.MULTILINE | re.IGNORECASE):
        return text  # markers that belong to the answer
    # Some servers send the end of the thoughts without their beginning.
    return _THINKING_END.sub("", text)


def _from_fences(text: str, language: LanguagePart, cut_off: bool) -> _Found | None:
    found = _Found()
    unnamed: list[str] = []
    for block in blocks(text):
        if block.language == "requirements" or _is_requirements(block.path):
            found.requirements = _requirement_lines(block.text)
        elif block.path is None and block.language == "json":
            inner = _from_json(block.text)
            if inner:
                return inner
        elif not _is_file(block, language):
            continue
        elif not block.closed and (cut_off or not _whole(block.text, language)):
            found.cut_off = block.path or "the code"
        elif block.path is None:
            unnamed.append(block.text)
        else:
            found.files.append((block.path, block.text))
    _place_unnamed(found, unnamed)
    return found if found.files or found.cut_off else None


def _is_file(block: Block, language: LanguagePart) -> bool:
    if not block.text.strip() or block.language in _NO_FILES:
        return False
    return block.path is not None or block.language in ("", *language.fences)


def _whole(text: str, language: LanguagePart) -> bool:
    """Whether a file whose fence never closes is whole all the same."""
    return language.fence == "python" and bool(text.strip()) and pysource.parse(text) is not None


def _place_unnamed(found: _Found, unnamed: list[str]) -> None:
    """Of blocks without a path only one can be the file; beside named files they are examples of use."""
    if not unnamed:
        return
    if found.files:
        found.notes.append("Blocks without a path beside named files were left out.")
        return
    if len(unnamed) > 1:
        found.notes.append("Of several blocks without a path the longest was taken.")
    found.files.append((None, max(unnamed, key=len)))


def _from_json(text: str) -> _Found | None:
    """``{"files": {path: text}, "requirements": []}`` and its relatives, also with prose around."""
    start = re.search(r"\{\s*\"", text)
    if not start or "```" in text[: start.start()].replace("```json", ""):
        return None
    text = text[start.start() :]
    try:
        value, end = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        opened = re.match(r"\{\s*\"(?:files|code|requirements)\"", text)
        return _Found(cut_off="the JSON") if opened and not _FENCE.search(text) else None
    files = _json_files(value)
    if not files or ("files" not in value and _FENCE.search(text, end)):
        return None  # a dictionary in the reasoning before the files
    requirements = value.get("requirements")
    lines = (
        requirements
        if isinstance(requirements, list)
        else [requirements]
        if isinstance(requirements, str)
        else None
    )
    return _Found(files, None if lines is None else _requirement_lines("\n".join(map(str, lines))))


def _json_files(value: dict[str, Any]) -> list[tuple[str | None, str]]:
    files: list[tuple[str | None, str]] = []
    for part in (value.get("files"), value.get("tests")):
        if isinstance(part, dict):
            files += [(str(path), text) for path, text in part.items() if isinstance(text, str)]
        elif isinstance(part, list):
            for entry in part:
                if isinstance(entry, dict):
                    path = entry.get("path") or entry.get("name") or entry.get("filename")
                    text = entry.get("content") or entry.get("code") or entry.get("text")
                    if isinstance(text, str):
                        files.append((path if isinstance(path, str) else None, text))
    if not files and isinstance(value.get("code"), str):
        files.append((None, value["code"]))
    return files


def _from_bare_code(text: str, language: LanguagePart, cut_off: bool) -> _Found | None:
    """A reply that is code and nothing else."""
    if cut_off or language.fence != "python" or "```" in text:
        return None
    tree = pysource.parse(text)
    if tree is None or not pysource.defined_names(text):
        return None
    return _Found([(None, text)])


def _judged(
    found: _Found, language: LanguagePart, want: Literal["tests", "code"], asked_for: str | None
) -> Reply:
    """Apply the rules: safe paths, sizes, tests only where tests are asked for."""
    default = asked_for or (language.test_file if want == "tests" else language.solution)
    files: dict[str, str] = {}
    notes = list(found.notes)
    for named, text in found.files:
        path, problem = (default, "") if named is None else _safe(named)
        if not problem and len(text) > MAX_FILE:
            problem = f"{path} has more than {MAX_FILE:,} characters."
        if not problem and language.is_refused(path):
            problem = f"{path} would steer the test run."
        if not problem and want == "code" and language.is_read_only(path):
            problem = f"{path} was left out: the tests are read-only."
        if not problem and want == "tests" and not language.is_test(path):
            problem = f"{path} was left out: only tests were asked for."
        if not problem and len(files) >= MAX_FILES and path not in files:
            problem = f"There are more than {MAX_FILES} files."
        if problem:
            notes.append(problem)
        else:
            files[path] = text.strip("\n").rstrip() + "\n"
    requirements = found.requirements and found.requirements[:MAX_REQUIREMENTS]
    if found.cut_off:
        return Reply(
            files,
            requirements,
            notes,
            f"The reply breaks off in {found.cut_off}. Give it whole, and shorter.",
        )
    reason = "" if files else " ".join(["No file can be used.", *dict.fromkeys(notes)])
    return Reply(files, requirements, list(dict.fromkeys(notes)), reason)


def _safe(named: str) -> tuple[str, str]:
    """The path in POSIX form, and why it can't be used (empty if it can)."""
    text = named.strip().replace("\\", "/")
    path = PurePosixPath(text)
    shown = repr(named[:_MAX_PATH])
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:|~", text):
        return "", f"{shown} leads out of the workspace and was refused."
    plain = str(path)
    if len(plain) > _MAX_PATH or len(path.parts) > _MAX_DEPTH or not _SAFE_PATH.fullmatch(plain):
        return "", f"{shown} is no plain file name and was refused."
    return plain, ""


def _is_requirements(path: str | None) -> bool:
    return path is not None and PurePosixPath(path).name == "requirements.txt"


def _requirement_lines(text: str) -> list[str]:
    lines = [re.sub(r"(?:^|\s)#.*", "", line).strip().removeprefix("- ").strip() for line in text.split("\n")]
    return [
        line
        for line in dict.fromkeys(lines)
        if line and not line.startswith("-") and not re.match(r"\(?none\b", line, re.I)
    ]
