"""Whether a message asks a question or asks for code, by its words."""

from __future__ import annotations

import re

from .models import Intent

_MAKE = (
    r"write|make|create|add|build|implement|generate|code|fix|change|rewrite|refactor|convert|translate|port|"
    r"extend|improve|optimi[sz]e|replace|remove|rename|use|handle|turn|update|test|plot|draw|load|read|parse|"
    r"clean|sort|merge|speed|simplify|vectori[sz]e|do it|try|give me (?:a|the) (?:function|class|script|code|cell)"
)
# "can you make it faster?" is a request, whatever its mark.
_POLITE = re.compile(
    rf"(?:(?:can|could|would|will) you|please|i(?:'d| would) like you to|i (?:need|want) you to)\b"
    rf"[^.?!\n]{{0,20}}?\b(?:{_MAKE})\b"
)
_ORDER = re.compile(rf"(?:(?:now|then|and|ok(?:ay)?|please|also|so)[, ]+)*(?:{_MAKE})\b")
# "Describe a list in a function called …": what names the code that is to be has ordered it.
_NAMED = re.compile(r"\b(?:in|as) an? (?:\w+ )?(?:function|class|script) (?:called|named)\b")
_QUESTION = re.compile(
    r"(?:(?:and|but|so|ok(?:ay)?|hm+|well)[, ]+)*"
    r"(?:what|what's|why|how|when|where|which|who|whose|is|are|was|were|am|does|do|did|has|have|can|could|"
    r"should|would|will|explain|describe|tell me|summari[sz]e|compare|help me understand)\b"
)
_SMALL_TALK = re.compile(
    r"(?:hi|hello|hey|thanks|thank you|thx|great|good|nice|cool|ok|okay|yes|no|bye)\b[^\n]{0,30}$"
)


def intent_of(message: str) -> Intent:
    """``question`` for what is asked or remarked, ``code`` for what is ordered and for all that is not clear."""
    text = " ".join(message.lower().replace("’", "'").split())
    if "```" in text and not text.endswith("?"):
        return "code"
    if _POLITE.match(text) or _ORDER.match(text) or _NAMED.search(text):
        return "code"
    if _QUESTION.match(text) or _SMALL_TALK.match(text):
        return "question"
    return "question" if text.endswith("?") else "code"
