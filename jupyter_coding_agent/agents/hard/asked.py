"""Which names the request asks for: an example of any other name is no test of the solution."""

from __future__ import annotations

import functools
import itertools
import math
import operator
import random
import re
import statistics
import sys
from collections.abc import Collection
from itertools import islice

from .signatures import Signature

_CHANGE = (
    r"chang\w*|fix\w*|rewrit\w*|refactor\w*|modif\w*|updat\w*|improv\w*|optimi[sz]\w*|speed(?:ing)? up|extend\w*"
    r"|correct\w*|repair\w*|replac\w*|redefin\w*|reimplement\w*|simplif\w*"
)
_MAKE = (
    r"writ\w*|implement\w*|creat\w*|defin\w*|mak(?:e|ing)|build\w*|develop\w*|design\w*|cod(?:e|ing)|provid\w*|need\w*"
    r"|want\w*|add|adding|complet\w*|finish\w*|program|fill|give me|called|named"
)
# Between the verb and a name they begin something else than what is asked for.
_CLAUSE = re.compile(
    r"\b(?:since|because|using|uses?|with|from|like|where|when|if|as|via|by|returns?|calls?|calling|that|which|than"
    r"|given|based|for|to|of|existing|already|has|have|tests?)\b",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"(?:function|method|class|helper|signature|routine|predicate)\s*:?\s*[`*'\"]*$", re.IGNORECASE
)
_OF_OTHERS = re.compile(
    r"\b(?:using|uses?|with|existing|already|have|has|given|provided|calls?|import\w*|from|like|of|unlike)\b",
    re.IGNORECASE,
)
_LAST_CHANGE = re.compile(rf"\b(?:{_CHANGE})\b", re.IGNORECASE)
_LAST_VERB = re.compile(rf"\b(?:{_CHANGE}|{_MAKE})\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?;]\s|\n\s*\n")
_EXPLICIT = re.compile(
    r"\b(?:called|named)\s+[`'\"*]*(?P<a>[A-Za-z_]\w*)"
    r"|\b(?:function|method|class|helper)\s+`(?P<b>[A-Za-z_]\w*)"
    r"|\b(?:write|implement|create|define|make|build)\s+(?:(?:a|the)\s+)?`?(?P<c>[A-Za-z_]\w*)(?=\()"
    r"|\b(?:write|implement|create|define|make|build)\s+`(?P<d>[A-Za-z_]\w*)",
    re.IGNORECASE,
)
_MAX_OCCURRENCES, _LOOK_BACK = 30, 200
_LIBRARIES = sys.stdlib_module_names | {"numpy", "pandas", "scipy", "sklearn", "matplotlib", "requests"}


def is_asked(name: str, prompt: str, known: Collection[Signature] = (), *, to_change: bool = False) -> bool:
    """Does the request ask for a thing of this name? With `to_change` only whether it asks to change it."""
    if not to_change and any(s.name == name and s.written and not s.given for s in known):
        return True
    verb = _LAST_CHANGE if to_change else _LAST_VERB
    for place in islice(re.finditer(rf"(?<![\w.]){re.escape(name)}(?!\w)", prompt), _MAX_OCCURRENCES):
        before = _SENTENCE.split(prompt[max(place.start() - _LOOK_BACK, 0) : place.start()])[-1]
        verbs = list(verb.finditer(before))
        if verbs and not _CLAUSE.search(before[verbs[-1].end() :]):
            return not (
                verbs[-1][0].lower() in ("called", "named") and _OF_OTHERS.search(before[: verbs[-1].start()])
            )
        if not to_change and _KIND.search(before) and not _OF_OTHERS.search(before):
            return True
    return False


def explicit_names(prompt: str, known: Collection[Signature]) -> set[str]:
    """Names that the request gives to what it asks for, whether examples use them or not."""
    found = {next(filter(None, match.groups())) for match in islice(_EXPLICIT.finditer(prompt), 100)}
    return found | {signature.name for signature in known if signature.written and not signature.given}


def is_rebound(name: str, text: str) -> bool:
    """Does code in the text give this name another meaning: a variable, or something of a library?"""
    escaped = re.escape(name)
    if re.search(
        rf"(?m)^[ \t>]*(?:\w+[ \t]*,[ \t]*)*{escaped}[ \t]*(?:,[ \t]*\w+[ \t]*)*(?::[^=\n]{{1,80}})?=(?!=)",
        text,
    ):
        return True
    imports = re.finditer(r"(?m)^[ \t>]*from[ \t]+(\w+)[\w.]*[ \t]+import[ \t]+([^\n]{1,300})", text)
    return any(
        match[1] in _LIBRARIES and re.search(rf"(?<!\w){escaped}(?!\w)", match[2])
        for match in islice(imports, 100)
    )


def is_library(name: str) -> bool:
    """Is it a function that everybody knows from the standard library?"""
    return any(hasattr(module, name) for module in (math, statistics, itertools, operator, functools, random))


def is_mathematics(name: str, prompt: str) -> bool:
    """Is it the name of a formula and not of a function: ``F(0) = 0``, ``f(n) = f(n-1) + 1``?"""
    general = rf"(?<![\w.]){re.escape(name)}\(\s*[a-z]\w?(?:\s*[-+,]\s*\w{{1,3}}){{0,3}}\s*\)\s*=(?!=)"
    return (len(name) == 1 and name.isupper()) or re.search(general, prompt) is not None
