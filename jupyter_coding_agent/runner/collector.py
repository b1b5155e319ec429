"""Makes a TestRun of what a test container sends. It is not trusted: all is parsed, capped, counted."""

from __future__ import annotations

import base64
import binascii
import math
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from . import paths
from .models import (
    DataFinding,
    EffectEvent,
    Exit,
    Isolation,
    Limits,
    MutationRun,
    OutputFile,
    TestReport,
    TestRun,
    Trial,
)
from .wire import Frame

_REPORTS = 10_000
_TRIALS = 1_000
_COLLECTED = 20_000
_EFFECTS = 5_000
_DATA_FINDINGS = 50
_LINES = 200_000
_SENTENCES = 100
_SENTENCE_CHARACTERS = 500
_ERROR_CHARACTERS = 20_000
_ERRORS = 200

_PNG = b"\x89PNG\r\n\x1a\n"
_THUMBNAIL_BYTES = 300_000

# What a run's frames may weigh beside its output and its files: reports, tracebacks, lines.
_REPORTING_BYTES = 16 * 1024 * 1024


class _Collected(BaseModel):
    errors: Annotated[list[str], Field(max_length=_COLLECTED)] = []


class _Lines(BaseModel):
    path: str
    lines: Annotated[list[Annotated[int, Field(ge=1, le=10_000_000)]], Field(max_length=_LINES)]


class _Output(BaseModel):
    stream: str
    data: str


class _Dropped(BaseModel):
    bytes: Annotated[int, Field(ge=0, le=1 << 60)]


class _File(BaseModel):
    path: str
    content: str


class _Refused(BaseModel):
    sentence: str


def received_limit(limits: Limits) -> int:
    """How many bytes a run may send at most, all frames together (base64 makes four of three)."""
    thumbnails = limits.thumbnail_count * _THUMBNAIL_BYTES
    return _REPORTING_BYTES + (2 * limits.output_bytes + limits.artifact_bytes + thumbnails) * 3 // 2


class Collector:
    """Takes frames; gives the TestRun."""

    def __init__(self, limits: Limits) -> None:
        self.noise = 0
        self.exit: Exit | None = None
        self.ended = False
        self.empty = True
        self._limits = limits
        self._reports: list[TestReport] = []
        self._errors: list[str] = []
        self._lines: dict[str, set[int]] = {}
        self._line_count = 0
        self._effects: list[EffectEvent] = []
        self._data_findings: list[DataFinding] = []
        self._output = {"stdout": bytearray(), "stderr": bytearray()}
        self._dropped = 0
        self._files: dict[str, bytes] = {}
        self._thumbnails: dict[str, bytes] = {}
        self._file_bytes = 0
        self._refused: list[str] = []

    def take(self, frame: Frame) -> None:
        """Take one frame; one that is not as it must be is noise."""
        self.empty = False
        body = dict(frame)
        kind = body.pop("t", None)
        handler = getattr(self, f"_on_{kind}", None) if isinstance(kind, str) else None
        if handler is None:
            self.noise += 1
            return
        try:
            handler(body)
        except (ValidationError, binascii.Error, ValueError):
            self.noise += 1

    def run(self, exit_: Exit, duration_ms: float, isolation: Isolation) -> TestRun:
        """What came, as a TestRun that ended so."""
        return TestRun(
            exit=exit_,
            reports=self._reports,
            collection_errors=self._errors,
            executed_lines={path: sorted(lines) for path, lines in self._lines.items()},
            effects=self._effects,
            data_findings=self._data_findings,
            stdout=self._output["stdout"].decode(errors="replace"),
            stderr=self._output["stderr"].decode(errors="replace"),
            output_dropped_bytes=self._dropped,
            outputs=[
                OutputFile(path=path, content=content, thumbnail=self._thumbnails.get(path))
                for path, content in self._files.items()
            ],
            outputs_refused=self._refused,
            duration_ms=duration_ms,
            isolation=isolation,
        )

    def _on_collected(self, body: dict[str, Any]) -> None:
        errors = _Collected.model_validate(body).errors
        self._errors.extend(error[:_ERROR_CHARACTERS] for error in errors[: _ERRORS - len(self._errors)])

    def _on_report(self, body: dict[str, Any]) -> None:
        report = TestReport.model_validate(body)
        if not math.isfinite(report.duration_ms) or len(self._reports) >= _REPORTS:
            raise ValueError("not a duration, or too many reports")
        self._reports.append(report)

    def _on_lines(self, body: dict[str, Any]) -> None:
        lines = _Lines.model_validate(body)
        self._line_count += len(lines.lines)
        if self._line_count > _LINES or paths.fault(lines.path):
            raise ValueError("too many lines, or not a path")
        self._lines.setdefault(lines.path, set()).update(lines.lines)

    def _on_effect(self, body: dict[str, Any]) -> None:
        if len(self._effects) >= _EFFECTS:
            raise ValueError("too many effects")
        self._effects.append(EffectEvent.model_validate({**body, "seen": "run"}))

    def _on_data_finding(self, body: dict[str, Any]) -> None:
        if len(self._data_findings) >= _DATA_FINDINGS:
            raise ValueError("too many findings")
        finding = DataFinding.model_validate({**body, "seen": "run"})
        # It goes to terminals: no control characters.
        message = "".join(character for character in finding.message if character.isprintable())
        self._data_findings.append(finding.model_copy(update={"message": message[:_SENTENCE_CHARACTERS]}))

    def _on_output(self, body: dict[str, Any]) -> None:
        output = _Output.model_validate(body)
        data = base64.b64decode(output.data, validate=True)
        kept = self._output.get(output.stream)
        if kept is None:
            raise ValueError("not a stream")
        room = self._limits.output_bytes - len(kept)
        kept += data[:room]
        self._dropped += max(0, len(data) - room)

    def _on_dropped(self, body: dict[str, Any]) -> None:
        self._dropped += _Dropped.model_validate(body).bytes

    def _on_file(self, body: dict[str, Any]) -> None:
        file = _File.model_validate(body)
        if why := paths.fault(file.path, self._limits.artifact_depth):
            self._refuse(f"{file.path[:200]!r} {why}.")
            return
        content = base64.b64decode(file.content, validate=True)
        if file.path in self._files or len(self._files) >= self._limits.artifact_count:
            self._refuse(
                f"{file.path!r} is over the {self._limits.artifact_count} files that a run may leave."
            )
        elif self._file_bytes + len(content) > self._limits.artifact_bytes:
            self._refuse(
                f"{file.path!r} is over the {self._limits.artifact_bytes} bytes that a run may leave."
            )
        else:
            self._files[file.path] = content
            self._file_bytes += len(content)

    def _on_thumbnail(self, body: dict[str, Any]) -> None:
        thumbnail = _File.model_validate(body)
        known = thumbnail.path in self._files and thumbnail.path not in self._thumbnails
        content = base64.b64decode(thumbnail.content, validate=True)
        fits = content.startswith(_PNG) and len(content) <= _THUMBNAIL_BYTES
        if not known or not fits or len(self._thumbnails) >= self._limits.thumbnail_count:
            raise ValueError("not of a file that came, no small PNG, or too many")
        self._thumbnails[thumbnail.path] = content

    def _on_refused(self, body: dict[str, Any]) -> None:
        self._refuse(_Refused.model_validate(body).sentence)

    def _refuse(self, sentence: str) -> None:
        if len(self._refused) < _SENTENCES:
            self._refused.append(sentence[:_SENTENCE_CHARACTERS])

    def _on_exit(self, body: dict[str, Any]) -> None:
        exit_ = Exit.model_validate(body)
        self.exit = exit_.model_copy(update={"detail": exit_.detail[:_ERROR_CHARACTERS]})

    def _on_end(self, _body: dict[str, Any]) -> None:
        self.ended = True


class MutationCollector(Collector):
    """Takes the frames of a challenge; gives the MutationRun."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self._trials: dict[int, Trial] = {}

    def mutation_run(self, exit_: Exit, duration_ms: float, isolation: Isolation) -> MutationRun:
        """What came, as a MutationRun that ended so."""
        return MutationRun(
            exit=exit_,
            trials=list(self._trials.values()),
            executed_lines={path: sorted(lines) for path, lines in self._lines.items()},
            duration_ms=duration_ms,
            isolation=isolation,
        )

    def _on_mutant(self, body: dict[str, Any]) -> None:
        trial = Trial.model_validate(body)
        if trial.number in self._trials or len(self._trials) >= _TRIALS:
            raise ValueError("a trial of which a result has come, or too many")
        self._trials[trial.number] = trial
