"""The languages that can be judged; one folder or small file per language."""

from __future__ import annotations

from .base import Language
from .python import PythonLanguage

LANGUAGES: dict[str, Language] = {"python": PythonLanguage()}

__all__ = ["LANGUAGES", "Language"]
