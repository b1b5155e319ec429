"""What secrets look like: by their own form, or by the name that they are given.

The forms are those that their issuers document so that scanners can find them: GitHub ("Behind GitHub's new
authentication token formats"), AWS (IAM identifiers), Slack (token types), Stripe (API keys), Google Cloud (API keys,
OAuth), Azure (storage connection strings, shared access signatures), OpenAI and Anthropic (key prefixes), GitLab, npm,
PyPI, Hugging Face, SendGrid, Telegram; JWT (RFC 7519), PEM (RFC 7468), URIs (RFC 3986), bearer tokens (RFC 6750).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

# In a source, what stands before may be the letter of an escape: "\nghp_…".
_START = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))"
# Letters of both cases and a digit: names made of words, such as ``sk-toggleable-content``, have not.
_RANDOM = r"(?=[\w-]{0,99}[A-Z])(?=[\w-]{0,99}[a-z])(?=[\w-]{0,99}[0-9])"

SHAPES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "private key",
        ("private key",),
        r"(?s)-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
        r"(?:(?:(?!-----BEGIN).){0,20000}?-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
        r"|[A-Za-z0-9+/=\s\\]{40,})",
    ),
    (
        "AWS key",
        ("akia", "asia", "abia", "acca"),
        _START + r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    ),
    (
        "GitHub token",
        ("gh", "github_pat_"),
        _START + r"(?:gh[opusr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})",
    ),
    ("GitLab token", ("gl",), _START + r"gl(?:pat|dt|rt|cbt|ptt)-[\w-]{20,}"),
    ("Anthropic key", ("sk-ant-",), _START + r"sk-ant-[\w-]{16,}"),
    (
        "OpenAI key",
        ("sk-",),
        _START + rf"sk-{_RANDOM}(?:proj-|svcacct-|admin-)?[A-Za-z0-9][\w-]{{18,}}",
    ),
    (
        "API key",
        ("sk-",),
        _START
        + r"sk-(?:or-v1-|lf-)?(?:[0-9a-f]{32,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])",
    ),
    ("Groq key", ("gsk_",), _START + r"gsk_[A-Za-z0-9]{20,}"),
    ("xAI key", ("xai-",), _START + r"xai-[A-Za-z0-9]{40,}"),
    ("Hugging Face token", ("hf_",), _START + rf"hf_{_RANDOM}[A-Za-z0-9]{{30,}}"),
    ("Slack token", ("xox", "xapp-", "xwfp-"), _START + r"(?:xox[abeoprs]|xapp|xwfp)-[\w-]{10,}"),
    (
        "Slack webhook",
        ("hooks.slack.com",),
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/+-]{20,}",
    ),
    ("Discord webhook", ("api/webhooks",), r"discord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}"),
    (
        "Stripe key",
        ("_live_", "_test_", "_prod_", "whsec_"),
        _START + r"(?:(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{20,})",
    ),
    (
        "Google key",
        ("aiza", "gocspx-", "ya29.", "1//0"),
        _START + r"(?:AIza[\w-]{35}|GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,}|1//0[\w-]{30,})",
    ),
    (
        "token",
        ("eyj",),
        _START + r"eyJ[\w-]{10,4000}\.[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]+\.[\w-]+)?",
    ),
    ("Azure key", ("q~",), _START + r"[\w~.]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])"),
    ("npm token", ("npm_",), _START + r"npm_[A-Za-z0-9]{36}"),
    ("PyPI token", ("pypi-age",), _START + r"pypi-AgE[\w-]{40,}"),
    ("SendGrid key", ("sg.",), _START + r"SG\.[\w-]{16,}\.[\w-]{30,}"),
    ("DigitalOcean token", ("_v1_",), _START + r"do[opr]_v1_[0-9a-f]{64}"),
    ("Databricks token", ("dapi",), _START + r"dapi[0-9a-f]{32}(?:-\d)?(?![0-9a-z])"),
    ("Vault token", ("hvs.", "hvb.", "hvr."), _START + r"hv[sbr]\.[\w-]{24,}"),
    ("Telegram token", (":aa",), _START + r"\d{8,10}:AA[\w-]{33}(?![\w-])"),
    # Of these, only what is called `secret` is replaced.
    (
        "password",
        ("://",),
        r"""://[^\s/:@"'\\<>{}]{0,64}:(?P<secret>[^\s"'\\/?#]{1,256})@(?=[\w\[{.$%-])""",
    ),
    (
        "token",
        ("authorization",),
        r"""(?i)authorization\\?["']?\s*[:=]\s*\\?["']?(?:basic|bearer|token)\s+(?P<secret>[\w.~+/=-]{8,})""",
    ),
    ("token", ("bearer",), r"(?i)\bbearer\s+(?=[\w.~+/=-]*\d)(?P<secret>[\w.~+/=-]{16,})"),
    (
        "token",
        ("?", "&"),
        r"""(?i)[?&](?:sig|signature|key|token|auth|access_token|api[-_]?key)=(?=[^\s&]{0,500}\d)"""
        r"""(?P<secret>[^\s&"'\\#<>{}]{16,})""",
    ),
    (
        "password",
        ("password", "pwd"),
        r"""(?i);\s*(?:password|pwd)\s*=\s*(?P<secret>[^\s;"'\\{}<>]+)""",
    ),
    (
        "password",
        ("password=",),
        r"""(?i)\b(?:host|user|port|dbname|hostaddr)=[^\s'",()\\]{1,100}\s+"""
        r"""(?:\w{1,30}=[^\s'",()\\]{1,100}\s+){0,10}?password=(?P<secret>[^\s'"\\{}<>]+)""",
    ),
    (
        "password",
        ("-passw", "-pwd"),
        r"""(?i)\s--?(?:password|passwd|pwd)(?:=|\s(?=\S*\d))(?P<secret>[^\s"'\\{}<>$-][^\s"'\\{}<>]*)""",
    ),
)
"""What the secret is called, small letters of which a text with one has some, and its form; of several, the first."""

_ANY_HINT = re.compile("|".join(sorted({re.escape(hint) for _, hints, _ in SHAPES for hint in hints})))
_ANY_NAME = re.compile("pass|pwd?|secret|token|jwt|credential|key")
"""Small letters of which a text has some where something in it is called a secret."""

EMAIL = re.compile(
    r"(?<![\w.+/$%-])(?P<local>[\w.+-]{1,64})@(?P<domain>(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-])"
)
# RFC 2606, RFC 6761: nobody's. ``git@host:`` is an address of a repository.
_NOBODY = re.compile(r"(?i)(?:^|\.)(?:example\.(?:com|net|org)|example|test|invalid|localhost|local)$")
_ACCOUNTS = frozenset({"git", "hg", "svn"})

NAMED = re.compile(
    r"(?i)(?:passwords?|passwd|passphrase|passcode|pass|pwd|pw|secrets?|token|jwt|credentials?|key)\d{0,3}"
    r"""(?P<gap>\\{0,4}["']?\]?\s{0,8}(?:=>|=|:)\s{0,8})"""
    r"""(?:(?P<quote>\\{0,4}["'])(?P<quoted>[^"'\\\n]{1,4000})(?P=quote)"""
    r"""|(?P<plain>[^\s"'\\,;&<>(){}\[\]$*]{3,512})(?![\w(\[.]))"""
)
"""A name's end and its value, in a text that is no code."""

_PASSWORDS = frozenset({"password", "passwords", "passwd", "passphrase", "passcode", "pass", "pwd", "pw"})
_TOKENS = frozenset({"token", "jwt", "credential", "credentials"})
_KEYS = frozenset(
    re.findall(
        r"\w+",
        "api secret access private encryption signing auth account storage subscription master shared service aws azure"
        " openai anthropic groq deepseek mistral cohere github gitlab stripe google gcp hmac webhook license",
    )
)
_ONE_WORD_KEYS = frozenset(
    {"apikey", "secretkey", "accesskey", "privatekey", "authkey", "authtoken", "accesstoken"}
)
_NO_VALUES = frozenset(
    re.findall(
        r"\w+",
        "str string text varchar char int integer bool boolean bytes none null nil true false optional required object"
        " any hidden hashed encrypted masked password passwords passwd passphrase pass pwd pw secret secrets token"
        " tokens key getpass prompt input default missing empty unset invalid wrong",
    )
)
_STANDS_FOR_IT = re.compile(
    r"(?i)^\W*$|^(.)\1*$|^<.*>$|^\[.*\]$|^%s$|^%\(\w+\)s$|^\$(?:[a-z_]\w*$|\{|\()|\{\w*\}|\{\{"
    r"|your[-_ ]|[-_ ]here$|(?:^|[-_ ])example(?:$|[-_ ])|placeholder|change[-_]?me|redacted|^x{3,}|\.{3}|…"
)
"""What is written in the place of a secret."""


def kind_of(name: str) -> str | None:
    """What a value of this name is where that is a secret: ``password``, ``secret``, ``API key``, ``token``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name[-80:]).lower()
    parts = [part.rstrip("0123456789") for part in re.split(r"[^a-z0-9]+", words)]
    parts = [part for part in parts if part]
    if not parts:
        return None
    last, before = parts[-1], parts[-2] if len(parts) > 1 else ""
    if last in _PASSWORDS:
        return "password"
    if last in ("secret", "secrets"):
        return "secret"
    if last in _ONE_WORD_KEYS or (last == "key" and before in _KEYS):
        return "API key"
    return "token" if last in _TOKENS else None


def stands_for_it(value: str) -> bool:
    """Whether it is a word in the place of a secret, such as ``{password}``, ``$TOKEN`` or ``your-key-here``."""
    return _STANDS_FOR_IT.search(value[:200]) is not None


def looks_secret(kind: str, value: str, *, sure: bool) -> bool:
    """Whether `value` may be what its name's `kind` says, and not a word that stands for it, a type or a marker.

    `sure` where it is a literal, which a text may have instead of a word of a sentence.
    """
    if value.lower() in _NO_VALUES or stands_for_it(value):
        return False
    digit = any(sign.isdigit() for sign in value)
    if kind == "password":
        special = any(not (sign.isalnum() or sign in " _-.:/") for sign in value)
        return len(value) >= 3 and (sure or digit or special)
    if any(sign.isspace() for sign in value):
        return False
    mixed = digit or value.lower() != value
    if kind == "token":
        return len(value) >= 16 and digit and _entropy(value) >= 3
    return len(value) >= 8 and (mixed or (sure and kind == "secret") or _entropy(value) >= 3.5)


def suspicious(text: str) -> bool:
    """Whether a text may have any secret at all: quick, and true of many that have none."""
    return "@" in text or names_in(text) or _ANY_HINT.search(text.lower()) is not None


def names_in(text: str) -> bool:
    """Whether anything in a text may be called a secret."""
    return _ANY_NAME.search(text.lower()) is not None


def shapes_in(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The forms that may be in it: what a secret of this form is called, and the form."""
    low = text.lower()
    if _ANY_HINT.search(low) is None:
        return
    for label, hints, pattern in SHAPES:
        if any(hint in low for hint in hints):
            yield label, re.compile(pattern)


def issuer(text: str) -> str | None:
    """What a secret is called by its own form, if there is one in the text."""
    return next(
        (
            label
            for label, shape in shapes_in(text)
            if "secret" not in shape.groupindex and shape.search(text)
        ),
        None,
    )


def is_somebodys(local: str, domain: str) -> bool:
    """Whether an address may be a person's."""
    return local.lower() not in _ACCOUNTS and not _NOBODY.search(domain)


def _entropy(text: str) -> float:
    """Shannon's, in bits a sign."""
    sample = text[:500]
    return -sum(n / len(sample) * math.log2(n / len(sample)) for n in Counter(sample).values())
