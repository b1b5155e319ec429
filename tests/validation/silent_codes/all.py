"""Every labelled code."""

from __future__ import annotations

from tests.validation.silent_codes.everyday_clean import EVERYDAY_CLEAN
from tests.validation.silent_codes.everyday_silent import EVERYDAY_SILENT
from tests.validation.silent_codes.gaps import GAPS
from tests.validation.silent_codes.missing import MISSING
from tests.validation.silent_codes.models import CHAINED, LEAKS
from tests.validation.silent_codes.rows import ROWS
from tests.validation.silent_codes.shapes import INSTALLS, OBJECTS, PLOTS

RULES = [*ROWS, *MISSING, *GAPS, *OBJECTS, *PLOTS, *INSTALLS, *CHAINED, *LEAKS]
"""Each rule of the watch and of the source has a code here."""
CODES = [*RULES, *EVERYDAY_CLEAN, *EVERYDAY_SILENT]
