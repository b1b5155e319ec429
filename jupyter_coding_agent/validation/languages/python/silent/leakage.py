"""Leakage: what a model is tested on was seen while it, or what prepares its data, was fitted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from .features import Features
from .scopes import Found, Scope, called, calls, is_constant, keyword, names, root, targets, texts

_TRANSFORMERS = frozenset((
    "StandardScaler", "MinMaxScaler", "RobustScaler", "MaxAbsScaler", "QuantileTransformer",
    "PowerTransformer", "SimpleImputer", "KNNImputer", "IterativeImputer", "OneHotEncoder",
    "OrdinalEncoder", "TargetEncoder", "CountVectorizer", "TfidfVectorizer", "SelectKBest",
    "SelectPercentile", "SelectFromModel", "RFE", "RFECV", "PCA", "TruncatedSVD", "NMF", "FastICA",
    "KBinsDiscretizer", "VarianceThreshold",
))  # fmt: skip
_RESAMPLERS = frozenset((
    "SMOTE", "SMOTENC", "ADASYN", "BorderlineSMOTE", "SVMSMOTE", "RandomOverSampler", "SMOTEENN",
    "SMOTETomek",
))  # fmt: skip
_CROSS = frozenset(("cross_val_score", "cross_validate", "cross_val_predict"))
_TEST = re.compile(r"(?:^|_)(?:test|holdout)(?:$|_)", re.IGNORECASE)
_TRAIN = re.compile(r"(?:^|_)(?:train|training|tr)(?:$|_)", re.IGNORECASE)
_LAGS = frozenset(("shift", "rolling", "diff", "pct_change", "ewm"))
_TIMES = frozenset(("to_datetime", "date_range", "DatetimeIndex"))
_TIME_COLUMN = re.compile(r"(?:^|_)(?:date|day|time|timestamp|month|week|hour|year)s?(?:$|_)", re.IGNORECASE)


def find(tree: ast.Module, scopes: Sequence[Scope]) -> Iterator[Found]:
    """Leaks in every scope, where scikit-learn (or imbalanced-learn) is used at all."""
    modules = {
        (node.module or "" if isinstance(node, ast.ImportFrom) else alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    if modules.isdisjoint(("sklearn", "imblearn")):
        return
    shared = Features(tree)
    for scope in scopes:
        reader = _Reader(_is_time_series(scope), shared if scope is scopes[0] else shared.of_function())
        for statement in scope.statements:
            reader.read(statement)
        yield from reader.found


class _Reader:
    """Reads the statements of one scope in order: what was fitted on what, and what is split afterwards."""

    def __init__(self, time_series: bool, features: Features) -> None:
        self.found: list[Found] = []
        self._time_series = time_series
        self._features = features
        self._transformers: dict[str, str] = {}
        self._learned: dict[str, tuple[int, str]] = {}
        """Name → line and reason: data that something was fitted on, or with repeated rows."""
        self._split: set[str] = set()

    def read(self, statement: ast.stmt) -> None:
        """Take the next statement."""
        reason: tuple[int, str] | None = None
        splits = False
        for call in calls(statement):
            name = called(call)
            if name == "train_test_split" or name in _CROSS:
                self._at_split(call, call.args[1:] if name in _CROSS else call.args, reason)
                splits = splits or name == "train_test_split"
            elif name in ("fit", "fit_transform", "fit_resample") and call.args:
                reason = self._at_fit(call) or reason
            elif name in ("resample", "sample") and _repeats(call):
                reason = (call.lineno, "Rows are repeated")
        self._assign(statement, reason, splits)
        self._features.read(statement)

    def _at_fit(self, call: ast.Call) -> tuple[int, str] | None:
        """A finding, or what is to be remembered of the data."""
        data = root(call.args[0])
        what = self._fitted(call)
        if _TEST.search(data) and not _TRAIN.search(data):
            self._leak(
                call.lineno, f"{what or 'The model'} is fitted on {data}: fit on the training part only."
            )
        elif what is not None and data in self._split and called(call) == "fit":
            self._leak(
                call.lineno,
                f"{what} is fitted on all of {data}, the test part included: fit on the training part only.",
            )
        elif what is not None and not _TRAIN.search(data):
            verb = "adds rows made" if called(call) == "fit_resample" else "is fitted"
            reason = (call.lineno, f"{what} {verb} on all of {data or 'the data'}")
            if called(call) != "fit":
                return reason  # only what comes out of it has learned something
            self._learned.setdefault(data, reason)
        if len(call.args) > 1:
            self._check_target(call, call.args[0], call.args[1])
        return None

    def _fitted(self, call: ast.Call) -> str | None:
        """The class of the transformer or resampler that is fitted; None: a model, or unknown."""
        if not isinstance(call.func, ast.Attribute):
            return None
        tool = call.func.value
        if isinstance(tool, ast.Name):
            return self._transformers.get(tool.id)
        made = called(tool) if isinstance(tool, ast.Call) else ""
        return made if made in _TRANSFORMERS | _RESAMPLERS else None

    def _at_split(self, call: ast.Call, data: Sequence[ast.expr], inside: tuple[int, str] | None) -> None:
        used = {name for item in data for name in names(item)}
        reasons = {reason for name, reason in self._learned.items() if name in used}
        if inside is not None:
            reasons.add(inside)
        for line, reason in sorted(reasons):
            self._leak(line, f"{reason} before it is split: split first, then fit on the training part.")
        if len(data) > 1:
            self._check_target(call, data[0], data[1])
            for line, column in self._features.encoded(data[1]):
                self._leak(
                    line,
                    f"A feature is computed from the target {column!r} of all rows before the split: "
                    "compute it from the training part.",
                )
        if called(call) == "train_test_split":
            self._split |= {root(item) for item in data} - {""}
            if self._time_series and not is_constant(keyword(call, "shuffle"), False):
                self._leak(
                    call.lineno,
                    "A time series is shuffled as it is split, so the model sees the future: "
                    "say shuffle=False or use TimeSeriesSplit.",
                )

    def _check_target(self, call: ast.Call, features: ast.expr, target: ast.expr) -> None:
        line_column = self._features.target_inside(features, target)
        if line_column is not None:
            line, column = line_column
            self._leak(
                line or call.lineno, f"The target {column!r} is among the features: drop it from them."
            )

    def _leak(self, line: int, message: str) -> None:
        self.found.append(("leakage", line, message))

    def _assign(self, statement: ast.stmt, reason: tuple[int, str] | None, splits: bool) -> None:
        value = getattr(statement, "value", None)
        if value is None:
            return
        tool = called(value) if isinstance(value, ast.Call) else ""
        inherited = next(
            (self._learned[name] for name in sorted(names(value)) if name in self._learned), None
        )
        for target in targets(statement):
            if not isinstance(target, ast.Name):
                if reason is not None and root(target):
                    self._learned[root(target)] = reason
                continue
            self._transformers.pop(target.id, None)
            self._split.discard(target.id)
            self._learned.pop(target.id, None)
            if tool in _TRANSFORMERS | _RESAMPLERS:
                self._transformers[target.id] = tool
            elif not splits and (reason or inherited):
                self._learned[target.id] = reason or inherited or (0, "")


def _repeats(call: ast.Call) -> bool:
    """Does it draw rows with repetition?"""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr == "sample" and is_constant(keyword(call, "replace"), True)
    return called(call) == "resample" and not is_constant(keyword(call, "replace"), False)


def _is_time_series(scope: Scope) -> bool:
    """Are there values of earlier rows, and times by which the rows are ordered?"""
    found = [(call, called(call)) for call in scope.nodes() if isinstance(call, ast.Call)]
    lags = any(name in _LAGS for _, name in found)
    return lags and any(name in _TIMES or _by_time(call, name) for call, name in found)


def _by_time(call: ast.Call, name: str) -> bool:
    if keyword(call, "parse_dates") is not None:
        return True
    if name not in ("sort_values", "set_index"):
        return False
    by = call.args[0] if call.args else keyword(call, "by") or keyword(call, "keys")
    return any(_TIME_COLUMN.search(column) for column in texts(by) or [])
