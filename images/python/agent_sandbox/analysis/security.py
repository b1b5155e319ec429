"""bandit through its own API, its tests loaded once."""

import io
import logging

from bandit.core import config, manager

from .fixes import FIXES

# An assert is no weakness in a cell or in what is tested.
_DROPPED = frozenset(("B101",))
MAX_FINDINGS = 1000


class SecurityScanner:
    """`findings(source)` for one file. ``# nosec`` silences nothing: the code is not its own judge."""

    def __init__(self):
        logging.getLogger("bandit").setLevel(logging.CRITICAL)
        self._manager = manager.BanditManager(config.BanditConfig(), "file", quiet=True, ignore_nosec=True)

    def findings(self, source):
        """Findings as dicts of path, line, severity, confidence, type, message and fix_suggestion."""
        if source.tree is None:
            return []
        self._manager.results, self._manager.skipped = [], []
        self._manager._parse_file(source.path, io.BytesIO(source.text.encode()), [source.path])
        if self._manager.skipped:
            return [_unreadable(source.path)]
        issues = [issue for issue in self._manager.results if issue.test_id not in _DROPPED]
        issues.sort(key=lambda issue: (issue.lineno, issue.test_id))
        return [_finding(source.path, issue) for issue in issues[:MAX_FINDINGS]]


def _finding(path, issue):
    return {
        "path": path,
        "line": max(1, issue.lineno),
        "severity": _level(issue.severity),
        "confidence": _level(issue.confidence),
        "type": f"{issue.test_id} {issue.test}",
        "message": issue.text[:500],
        "fix_suggestion": FIXES.get(issue.test_id, f"See bandit's page on {issue.test_id}."),
    }


def _unreadable(path):
    """What can't be scanned does not pass."""
    return {
        "path": path,
        "line": 1,
        "severity": "high",
        "confidence": "low",
        "type": "B000 unreadable",
        "message": "bandit can't read this file: it was not scanned.",
        "fix_suggestion": "Write it with less nesting, in shorter expressions.",
    }


def _level(name):
    level = name.lower()
    return level if level in ("high", "medium", "low") else "low"
