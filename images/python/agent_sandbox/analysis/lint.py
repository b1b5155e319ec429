"""flake8 through its own API, its plugins and options built once."""

import re

from flake8 import checker, defaults, exceptions, processor, style_guide
from flake8.options.parse_args import parse_args
from flake8.plugins import finder

MAX_LINE_LENGTH = 100
MAX_STYLE_BYTES = 400_000
MAX_STYLE_LINE = 20_000
MAX_FINDINGS = 1000

_BLOCKING = ("E9", "F63", "F7", "F82")
# What only looks wrong in a notebook cell: names for later cells, imports where they are needed, `value;`.
_NOT_IN_NOTEBOOKS = frozenset(("F401", "E402", "E703", "W291", "W391", "W292", "E265", "E266", "F704"))
_UNDEFINED = re.compile(r"undefined name '([^']+)'")
_NOTEBOOK_NAMES = frozenset(("display", "get_ipython", "In", "Out", "_", "__", "___"))


class _Checker(checker.FileChecker):
    """Checks text that is in memory."""

    def __init__(self, source, plugins, options):
        self._source = source
        super().__init__(filename=source.path, plugins=plugins, options=options)

    def _make_processor(self):
        made = processor.FileProcessor(self.filename, self.options, lines=self._source.lines)
        made.build_ast = lambda: self._source.tree
        return made


class Linter:
    """`findings(source, known_names)` for one file."""

    def __init__(self):
        plugins, options = parse_args(
            ["--isolated", f"--max-line-length={MAX_LINE_LENGTH}", "--disable-noqa", "--jobs=1"]
        )
        self._plugins = plugins.checkers
        self._tree_only = finder.Checkers(plugins.checkers.tree, [], [])
        self._options = options
        self._decider = style_guide.DecisionEngine(options)

    def findings(self, source, known_names):
        """Findings as dicts of path, line, column, code, severity and message, in order of lines."""
        if source.problem is not None:
            return [
                _finding(source.path, source.line, source.column, "E999", f"SyntaxError: {source.problem}")
            ]
        run = _Checker(source, self._fitting(source), self._options)
        try:
            run.run_checks()
        except exceptions.PluginExecutionFailed as failed:
            # What can't be judged does not pass.
            why = type(failed.original_exception).__name__
            return [_finding(source.path, 1, 1, "E902", f"flake8 can't read this file: {why}")]
        known = known_names | _NOTEBOOK_NAMES if source.is_notebook else known_names
        findings = []
        for code, line, column, text, physical in sorted(
            run.results, key=lambda result: (result[1], result[2])
        ):
            if self._wanted(source, known, code, text, physical):
                findings.append(_finding(source.path, line, column + 1, code, text))
        return findings[:MAX_FINDINGS]

    def _fitting(self, source):
        lines = source.lines
        if len(source.text) > MAX_STYLE_BYTES or max(map(len, lines), default=0) > MAX_STYLE_LINE:
            return self._tree_only
        return self._plugins

    def _wanted(self, source, known, code, text, physical):
        if self._decider.decision_for(code) is not style_guide.Decision.Selected:
            return False
        if source.is_notebook and code in _NOT_IN_NOTEBOOKS:
            return False
        undefined = _UNDEFINED.search(text) if code in ("F821", "F822") else None
        if undefined is not None and undefined.group(1) in known:
            return False
        return code.startswith(_BLOCKING) or not _silenced(code, physical)


def _silenced(code, physical):
    """Whether the line says ``# noqa`` for this code; a blocking finding can't be silenced."""
    comment = defaults.NOQA_INLINE_REGEXP.search(physical) if physical else None
    if comment is None:
        return False
    codes = comment.groupdict()["codes"]
    return codes is None or code.startswith(tuple(re.split(r"[,\s]+", codes.strip().upper())))


def _finding(path, line, column, code, message):
    return {
        "path": path,
        "line": max(1, line),
        "column": max(0, column),
        "code": code,
        "severity": "error" if code.startswith(_BLOCKING) else "warning",
        "message": message[:500],
    }
