"""What the words around an example say of it: that it is wrong, old, somebody else's or only a thought."""

from __future__ import annotations

import re
from collections.abc import Sequence

DOUBT = re.compile(
    r"\b(?:not|never|wrong\w*|incorrect\w*|currently|today|right now|at the moment|instead|but|bugs?|buggy|broken"
    r"|rather than|unless|except|sometimes|usually|approx\w*|about|roughly|nearly|almost|existing|already|old|former"
    r"|previous(?:ly)?|legacy|used to|actual(?:ly)?|observed|gets?|getting|got|if|whether|suppose|assum(?:e|ing)"
    r"|imagine|like|unlike|similar\w*|whereas|compared?|pseudo\w*|equivalent|depending|depends|maybe|perhaps|may"
    r"|might|could|javascript|typescript|java|ruby|rust|excel|sql|golang)\b|n't\b",
    re.IGNORECASE,
)
CORRECTION = re.compile(
    r"\W*(?:but|however|instead|whereas|wrong|why|expected|should|(?:it|this|that|which) (?:should|is|was)"
    r"|(?:it|this|that|which) (?:looks?|seems?)|that's|it's|which|(?:i|we) (?:want|need|expect))\b",
    re.IGNORECASE,
)
_HEADING_DOUBT = re.compile(
    r"\b(?:not|never|wrong\w*|incorrect\w*|currently|today|right now|at the moment|instead|bugs?|buggy|broken"
    r"|existing|already|old|former|previous(?:ly)?|legacy|used to|actual(?:ly)?|observed|(?:i|we) get|getting|got"
    r"|unlike|similar\w*|whereas|compared?|pseudo\w*|javascript|typescript|java|ruby|rust|excel|sql|golang)\b|n't\b",
    re.IGNORECASE,
)
_PROSE = re.compile(r"[A-Za-z]{2,}[,']?\s+[A-Za-z]{2,}|[A-Za-z]{3,}\s?:$")
_CODE = (">>>", "...", "|", "assert ", "def ", "@", "from ", "import ", "return ", "```", "#")
_SENTENCE_END = re.compile(r"[.!?;]\s")
_LOOK_BACK, _LOOK_AHEAD, _LONGEST = 40, 6, 500


def disowned(lines: Sequence[str], number: int) -> bool:
    """Do the words before the block in which this line stands, or right after it, take it back?

    Before: the last sentence of the nearest line of prose. After: a correction that begins the next one.
    """
    for at in range(number - 1, max(number - _LOOK_BACK, 0) - 1, -1):
        if _is_prose(lines[at]):
            if _HEADING_DOUBT.search(_SENTENCE_END.split(lines[at].strip()[-_LONGEST:].rstrip(" .!?"))[-1]):
                return True
            break
    for line in lines[number + 1 : number + 1 + _LOOK_AHEAD]:
        if _is_prose(line):
            return CORRECTION.match(line) is not None
    return False


def _is_prose(line: str) -> bool:
    line = line.strip()
    return not line.startswith(_CODE) and _PROSE.search(line[:_LONGEST]) is not None
