"""The prompts: data files with a version, rendered with what the task brings.

Every one is given: `language` (LanguagePart), `prompt`, `examples` (list[Example]), `kernel_python` (str | None),
`variables` (str), `cells` (list[str]), `conversation` (Conversation; may be absent), `inputs` (str, the files in the
working directory; may be absent). Beside them needs

- ``system``, ``chat_system`` and ``chat`` (a question in words): nothing; ``again``: `reason`, `path` (str);
- ``tests``: `laws` (objects with `kind`, `sentence`, `advice`; may be absent);
- ``retest`` (a second suite by an independent author): `interface` (list[str]), `tested` (list[str], names of
  tests that others wrote), `laws` (may be absent);
- ``code``: `tests` (path → text, the visible ones), `unseen` (bool: there are more; may be absent);
- ``repair``: `feedback` (Feedback), `files` (path → text), `requirements` (list[str]), `reason_first` and
  `unseen` (bool; may be absent);
- ``fresh`` (a new solution after failed ones): `tests` (visible), `wrong` (list[str]), `unseen` (may be absent);
- ``alternative`` (an independent solution): `interface` (list[str]);
- ``fix`` (a cell of the user's own that fails): `cells_to_mend` (path → text), `failing` (path), `raised`, `traceback`
  (str), `lines` (list[str]), `feedback` (Feedback | None), `wrong` (list[str]), `reason_first` (bool);
- ``own`` (tests for a cell of the user's own): `cell` (str), `before` (list[str]);
- ``strengthen`` (more tests): `tests` (all of them), `files` (path → text), `survivors` (list[Mutant]).

Long data is shared out in tokens, so that each of them stays under `LARGEST_PROMPT` tokens without `prompt`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict

from ...core.errors import Unprocessable
from .fencing import fence, fit, share

LARGEST_PROMPT = 50_000
PROMPTS = Path(__file__).parent.parent / "prompts"
_MOST = 50  # texts in one prompt: the frame of each costs tokens too


class LanguagePart(BaseModel):
    """What prompts and replies need to know of one language: ``prompts/languages/<language>.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    fence: str
    fences: list[str]
    """Info strings that mean this language."""
    solution: str
    test_file: str
    second_test_file: str
    """Of an independent second suite."""
    further_test_file: str
    """Of tests that were asked for to strengthen the first."""
    test_files: list[str]
    """Patterns of the paths that are tests, read-only for whoever writes the solution."""
    refused_files: list[str]
    conventions: str
    tests_instructions: str
    code_instructions: str

    def is_test(self, path: str) -> bool:
        """Whether a path belongs to the tests."""
        return any(re.search(pattern, path) for pattern in self.test_files)

    def is_read_only(self, path: str) -> bool:
        """Whether a path belongs to the tests on any file system, also one that knows no case."""
        return any(re.search(pattern, path, re.IGNORECASE) for pattern in self.test_files)

    def is_refused(self, path: str) -> bool:
        """Whether a file of that path would steer the test run."""
        return any(re.search(pattern, path, re.IGNORECASE) for pattern in self.refused_files)


class Prompts:
    """Renders the templates of `prompts/`. `version` changes with their text."""

    def __init__(self, directory: Path = PROMPTS) -> None:
        self.directory = directory
        self.version: str = yaml.safe_load((directory / "prompts.yaml").read_text())["version"]
        # Markdown for a model, not HTML for a browser: nothing to escape.
        self._environment = Environment(  # noqa: S701 - see above
            loader=FileSystemLoader(directory),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"data": _data, "data_of": _data_of}

    def languages(self) -> list[str]:
        """The languages that prompts exist for."""
        return sorted(path.stem for path in (self.directory / "languages").glob("*.yaml"))

    def language(self, name: str) -> LanguagePart:
        """What is known of a language. Raises Unprocessable for one without prompts."""
        if name not in self.languages():
            raise Unprocessable(
                f"The request is for {name}, which can't be proved yet. "
                f"Choose one of {', '.join(self.languages())} as the language, or word the request for it.",
                field="language",
            )
        return LanguagePart(**yaml.safe_load((self.directory / "languages" / f"{name}.yaml").read_text()))

    def render(self, template: str, **context: Any) -> str:
        """One prompt. Values are inserted as they are; templates fence what is data by ``data(label, …)``."""
        return self._environment.get_template(f"{template}.md.j2").render(context).strip()


def _data(label: str, text: str, most_tokens: int) -> str:
    text = fit(text, most_tokens)
    return fence(label, text, limit=len(text))


def _data_of(texts: Mapping[str, str] | Sequence[str], label: str, most_tokens: int) -> str:
    """Each text as data of its own, so many tokens in all; a mapping's keys are told behind the label."""
    named = texts if isinstance(texts, Mapping) else {str(n): text for n, text in enumerate(texts, 1)}
    shared = share(dict(islice(named.items(), _MOST)), most_tokens)
    fenced = [fence(f"{label} {name}", text, limit=len(text)) for name, text in shared.items()]
    left_out = len(named) - len(fenced)
    return "\n".join([*fenced, *([f"{left_out} more are left out for length."] if left_out else [])])
