"""How demanding a request is, estimated from its words.

The points are the contract's: +1 per 50 lines expected, +1 per file, +1 per external dependency, +2 per
API integration, +2 database, +2 authentication, +3 several languages, +2 user interface; below 3 is simple,
3 to 6 medium, above 6 complex. What is expected is a guess by these rules:

- *lines*: the number that the request names; else 20 for a function, more for each listed point and for each
  part that is known to take room (`ROOM`), and at least as many as the code that is pasted in.
- *files*: the source files that the request names, or their number; else what its kind of project has
  (`PROJECTS`).
- *dependencies*: well-known libraries by name; a name that is also an English word counts only after "with",
  "using", "import" and the like.
- *API integrations*: known services by name, and "the … API" that something is fetched from or sent to.
  Writing an API of one's own is no integration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .models import Complexity, Preference, TierName

LINES_PER_POINT = 50
BASE_LINES = 20
LINES_PER_LISTED_POINT = 10
LONGEST_PROMPT = 200_000
LONGEST_WORDS = 20_000
"""Characters looked at, with and without pasted code: an estimate must not hold up the event loop."""
MOST_LINES = 2000
MOST_FILES = 20

TIERS: tuple[TierName, ...] = ("simple", "medium", "complex")
STEPS: dict[Preference, int] = {"fast": -1, "balanced": 0, "quality": 1}


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)


LIBRARIES = _words(
    "pandas|polars|numpy|scipy|matplotlib|seaborn|plotly|bokeh|altair|scikit-learn|sklearn|xgboost|"
    "lightgbm|statsmodels|pytorch|torch|tensorflow|keras|transformers|spacy|nltk|opencv|pillow|fastapi|flask|django|"
    "starlette|tornado|aiohttp|httpx|sqlalchemy|pydantic|celery|beautifulsoup4?|bs4|scrapy|selenium|playwright|streamlit|"
    "gradio|networkx|sympy|dask|pyspark|geopandas|folium|openpyxl|boto3|psycopg2?|pymongo|pyjwt|passlib|bcrypt|"
    "prisma|express\\.?js|react|vue|angular|svelte|next\\.?js|lodash|axios|spring boot|hibernate|gorm"
)
AMBIGUOUS_LIBRARIES = re.compile(
    r"\b(?:with|using|uses?|via|import|in|and|on)\s+(?:the\s+)?`?(requests|click|rich|typer|express|gin|spring)`?"
    r"(?!\s+(?:per|from|to|that|on|the)\b)(?!\w)",
    re.IGNORECASE,
)
SERVICES = _words(
    "stripe|paypal|twilio|sendgrid|slack|github|gitlab|jira|openai|anthropic|openweather(?:map)?|google maps|"
    "google sheets|gmail|spotify|twitter|telegram|discord|salesforce|shopify|notion|aws|s3|azure|"
    "yahoo finance|alpha vantage|wikipedia|reddit|youtube"
)
FOREIGN_API = re.compile(
    r"\b(?:fetch|call|calls|calling|query|queries|querying|consume|consumes|integrat\w+|poll|polls|download|"
    r"get|gets|post|send|sends|retriev\w+|pull|pulls|request|requests)\b[^.\n]{0,60}?"
    r"\b(?:apis?\b|web ?hooks?\b|web service|https?://)",
    re.IGNORECASE,
)
DATABASE = _words(
    "databases?|sqlite3?|postgres(?:ql)?|mysql|mariadb|mongodb|redis|sqlalchemy|prisma|orm|crud|sql tables?"
)
AUTHENTICATION = _words(
    "auth|authenticat\\w+|authori[sz]\\w+|log-?ins?|log in|sign[ -]?(?:in|up)|jwt|oauth2?|role-based|sso|2fa|"
    "password (?:hash\\w*|reset|login)|hash(?:ed|ing)? passwords?|access tokens?|user accounts?"
)
INTERFACE = _words(
    "user interface|ui|gui|web ?pages?|web ?sites?|front-?end|dashboards?|html|streamlit|gradio|tkinter|qt|"
    "ipywidgets|widgets?|react|vue|angular|svelte|(?:login|web|sign-?up|contact|input) forms?|buttons?"
)
LANGUAGES = {
    "python": _words("python3?|pandas|numpy|fastapi|flask|django"),
    "javascript": _words("javascript|node(?:\\.?js)?|react|vue|express\\.?js"),
    "typescript": _words("typescript|angular"),
    "java": _words("java|spring boot"),
    "go": re.compile(
        r"\b[Gg]olang\b|\b(?:in|to|with|using) Go\b|\bGo (?:program|server|service|function|code|module)\b"
    ),
    "csharp": re.compile(r"(?:\bC#|\bcsharp\b|\.NET\b)", re.IGNORECASE),
    "rust": re.compile(r"\b(?:in|to|with|using) Rust\b"),
    "cpp": re.compile(r"\bC\+\+", re.IGNORECASE),
}
ROOM: tuple[tuple[re.Pattern[str], int], ...] = (
    (_words("class(?:es)?"), 30),
    (_words("(?:rest|web|http|graphql) ?(?:api|server|service)s?|endpoints?|micro-?services?"), 60),
    (_words("command-?line|cli|argparse"), 30),
    (_words("application|app|system|platform|framework|pipeline|simulator|game|engine"), 60),
    (_words("parser|interpreter|compiler|scheduler|crawler|scraper"), 50),
    (DATABASE, 40),
    (AUTHENTICATION, 50),
    (INTERFACE, 60),
)
PROJECTS: tuple[tuple[re.Pattern[str], int], ...] = (
    (_words("full-?stack|microservices|front-?end and back-?end|back-?end and front-?end"), 5),
    (_words("package|project|multi-?file|platform|framework"), 4),
    (_words("application|web app|dockerfile|docker-compose"), 2),
)
NAMED_LINES = re.compile(
    r"\b(\d{1,5})\s*(?:\+\s*)?(?:lines|loc)\b(?!\s+of\s+(?:text|input|the|a|log|data))", re.IGNORECASE
)
NAMED_FILES = re.compile(r"(?<![\w/-])[\w/-]{1,100}\.(?:py|ipynb|js|jsx|ts|tsx|java|go|cs|sql|html|css)\b")
FILE_COUNT = re.compile(
    r"\b(\d{1,2}|two|three|four|five|six)\s+(?:source\s+)?(?:files|modules|scripts)\b", re.IGNORECASE
)
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
PART_COUNT = re.compile(
    r"\b(\d{1,2}|two|three|four|five|six)\s+(?:\w+\s+)?"
    r"(?:functions|endpoints|classes|methods|commands|routes|pages)\b",
    re.IGNORECASE,
)
LISTED = re.compile(r"^[ \t]*(?:[-*•]|\d+[.)])\s+\S", re.MULTILINE)
FENCED = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)


def score(prompt: str, language: str = "python") -> Complexity:
    """The complexity of a request, from its own words; `language` is the one it is meant for."""
    prompt = prompt[:LONGEST_PROMPT]
    pasted = [match.group(2) for match in FENCED.finditer(prompt)]
    words = FENCED.sub("", prompt)[:LONGEST_WORDS]
    lines, files = _lines(words, pasted), _files(words)
    parts = {
        "lines": lines // LINES_PER_POINT,
        "files": files,
        "dependencies": len(_libraries(words)),
        "api": 2 * _integrations(words),
        "database": 2 * bool(DATABASE.search(words)),
        "authentication": 2 * bool(AUTHENTICATION.search(words)),
        "languages": 3 * (len(_languages(words, language)) > 1),
        "ui": 2 * bool(INTERFACE.search(words)),
    }
    total = float(sum(parts.values()))
    return Complexity(
        score=total,
        tier="simple" if total < 3 else "medium" if total <= 6 else "complex",
        parts={name: float(points) for name, points in parts.items()},
        expected_lines=lines,
        expected_files=files,
    )


def tier_for(complexity: Complexity, preference: Preference = "balanced") -> TierName:
    """The tier to ask: ``fast`` moves one down, ``quality`` one up."""
    place = TIERS.index(complexity.tier) + STEPS[preference]
    return TIERS[min(max(place, 0), len(TIERS) - 1)]


def _lines(words: str, pasted: Iterable[str]) -> int:
    given = sum(len(code.splitlines()) for code in pasted)
    named = NAMED_LINES.search(words)
    if named:
        return min(max(int(named.group(1)), given), MOST_LINES)
    guessed = BASE_LINES + LINES_PER_LISTED_POINT * len(LISTED.findall(words))
    guessed += sum(room for pattern, room in ROOM if pattern.search(words))
    guessed += sum(15 * _number(count) for count in PART_COUNT.findall(words))
    return min(max(guessed, given), MOST_LINES)


def _files(words: str) -> int:
    named = len(set(NAMED_FILES.findall(words)))
    counted = max((_number(count) for count in FILE_COUNT.findall(words)), default=0)
    usual = max((files for pattern, files in PROJECTS if pattern.search(words)), default=1)
    return min(max(named, counted, usual), MOST_FILES)


def _libraries(words: str) -> set[str]:
    same = {
        "sklearn": "scikit-learn",
        "torch": "pytorch",
        "bs4": "beautifulsoup",
        "beautifulsoup4": "beautifulsoup",
    }
    found = {name.lower() for name in [*LIBRARIES.findall(words), *AMBIGUOUS_LIBRARIES.findall(words)]}
    return {same.get(name, name) for name in found}


def _integrations(words: str) -> int:
    services = {name.lower() for name in SERVICES.findall(words)}
    return len(services) or int(bool(FOREIGN_API.search(words)))


def _languages(words: str, language: str) -> set[str]:
    named = {name for name, pattern in LANGUAGES.items() if pattern.search(words)}
    return named | ({language} if language in LANGUAGES else set())


def _number(text: str) -> int:
    return NUMBERS.get(text.lower()) or int(text)
