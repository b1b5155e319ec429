"""What a request is about, found without asking a model: language, complexity, tier, the user's examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..llm.complexity import score, tier_for
from ..validation.models import Example
from .hard.examples import find_examples
from .models import Plan, Task

DEFAULT_LANGUAGE = "python"

_NAMES = {
    "python": r"python3?|ipython|pytest|pandas|numpy|matplotlib",
    "javascript": r"javascript|js|node(?:\.?js)?|ecmascript",
    "typescript": r"typescript|ts",
    "java": r"java",
    "go": r"(?-i:Go)|golang",
    "csharp": r"c#|csharp|c-sharp|\.net",
    "sql": r"sql|postgres(?:ql)?|mysql|mariadb|plpgsql",
    "mongodb": r"mongodb|mongo",
}
# Said of other things too, so alone they mean nothing.
_ONLY_IN_PHRASES = frozenset(
    {"go", "ts", "js", "node", "sql", "postgres", "postgresql", "mysql", "mariadb", ".net"}
)
_EXTENSIONS = {
    "py": "python", "ipynb": "python", "js": "javascript", "mjs": "javascript", "jsx": "javascript",
    "ts": "typescript", "tsx": "typescript", "java": "java", "go": "go", "cs": "csharp", "sql": "sql",
}  # fmt: skip
_FENCES = {
    "py": "python",
    "js": "javascript",
    "ts": "typescript",
    "golang": "go",
    "cs": "csharp",
    "c#": "csharp",
    "postgresql": "sql",
}
_THINGS = (
    r"function|class|script|program|module|package|method|code|snippet|cell|server|service|component|api|cli"
)
_TRANSLATE = r"translate|convert|port|rewrite|migrate"
_QUERIES = r"query|queries|statement|view|procedure|aggregation|pipeline"

_TARGET_POINTS, _FENCE_POINTS, _PHRASE_POINTS, _QUERY_POINTS, _FILE_POINTS = 8, 4, 4, 3, 3
_KERNEL_POINTS, _WORD_POINTS = 2, 1
_SURE_LEAD = 2


class Detection(NamedTuple):
    """The language of a request, and whether the signs for it are clear."""

    language: str
    sure: bool


def analyze(task: Task, prompts_version: str) -> Plan:
    """The plan for a task."""
    detected = detect_language(task.prompt, kernel_language="python" if task.kernel_python else None)
    language = task.language or detected.language
    complexity = score(task.prompt, language)
    return Plan(
        language=language,
        language_sure=task.language is not None or detected.sure,
        complexity=complexity,
        tier=task.tier or tier_for(complexity, task.preference),
        examples=find_examples(task.prompt, [cell.source for cell in task.cells])
        if language == "python"
        else [],
        prompts_version=prompts_version,
    )


def _examples(task: Task) -> list[Example]:
    return find_examples(task.prompt, [cell.source for cell in task.cells], task.variables)


def detect_language(prompt: str, kernel_language: str | None = None) -> Detection:
    """The language that a request is for.

    Fences, file names, words of the request and the kernel's language each give points; it is sure where the
    best leads clearly. Without any sign it is Python, not sure.
    """
    points: dict[str, int] = {}
    for language, worth in _signs(prompt):
        # The same kind of sign twice says no more than once.
        points[language] = max(points.get(language, 0), worth)
    if kernel_language:
        points[kernel_language] = points.get(kernel_language, 0) + _KERNEL_POINTS
    if not points:
        return Detection(DEFAULT_LANGUAGE, False)
    best, *others = sorted(points.items(), key=lambda item: (-item[1], item[0] != kernel_language))
    return Detection(best[0], best[1] - (others[0][1] if others else 0) >= _SURE_LEAD)


def _signs(prompt: str) -> Iterator[tuple[str, int]]:
    for fence in re.findall(r"^\s*```([\w#+]+)", prompt, re.MULTILINE):
        name = _FENCES.get(fence.lower(), fence.lower())
        if name in _NAMES:
            yield name, _FENCE_POINTS
    for extension in re.findall(r"(?<=\w)\.([a-z]{2,5})\b", prompt):
        if extension in _EXTENSIONS:
            yield _EXTENSIONS[extension], _FILE_POINTS
    for language, names in _NAMES.items():
        for pattern, worth in _patterns(language, names):
            if re.search(pattern, prompt, re.IGNORECASE):
                yield language, worth
        for word in re.findall(rf"(?<![\w.#-])(?:{names})(?![\w#])", prompt, re.IGNORECASE):
            if word.lower() not in _ONLY_IN_PHRASES:
                yield language, _WORD_POINTS


def _patterns(language: str, names: str) -> Iterator[tuple[str, int]]:
    if language in ("sql", "mongodb"):
        # Code in other languages works with databases: only a query itself is a request in theirs.
        yield rf"\bin\s+(?:plain\s+)?(?:{names})(?![\w.#])", _PHRASE_POINTS
        yield rf"\b(?:an?|the)\s+(?:\w+\s+)?(?:{names})\s+(?:\w+\s+)?(?:{_QUERIES})\b", _QUERY_POINTS
        return
    yield rf"\b(?:{_TRANSLATE})\b[^.\n]{{0,200}}\b(?:to|into|in)\s+(?:{names})(?![\w.#])", _TARGET_POINTS
    yield rf"\b(?:in|using|with)\s+(?:plain\s+|modern\s+)?(?:{names})(?![\w.#])", _PHRASE_POINTS
    yield rf"(?<![\w.-])(?:{names})\s+(?:\w+\s+)?(?:{_THINGS})\b", _PHRASE_POINTS
