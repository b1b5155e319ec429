"""A model between the engine and a real one, which records what it says, or says again what was recorded.

A recording is a file of JSON lines: the hash of the messages, how often they were sent before, and the answer.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.scripted_model import Reply, Request, ScriptedModel


class RecordedModel(ScriptedModel):
    """Says again what a recording holds; what it does not hold is asked of `model`, if any, and recorded.

    `model` is a name that litellm knows (``provider/model``); its key comes from the environment.
    """

    def __init__(self, recording: Path, model: str | None = None, *, port: int = 0) -> None:
        super().__init__([], port=port)
        self._recording, self._model = recording, model
        self._answers: dict[tuple[str, int], dict[str, Any]] = {}
        self._counts: dict[str, int] = defaultdict(int)
        self._lock = threading.Lock()
        for line in recording.read_text().splitlines() if recording.exists() else ():
            entry = json.loads(line)
            self._answers[entry["messages"], entry["occurrence"]] = entry

    def answer(self, request: Request) -> Reply:
        """The recorded answer to the same messages, at the same occurrence."""
        key = _hash(request)
        with self._lock:
            occurrence = self._counts[key]
            self._counts[key] += 1
        entry = self._answers.get((key, occurrence))
        if entry is None and self._model is None:
            return Reply(status=400, error={"message": "This request is not in the recording."})
        if entry is None:
            entry = {"messages": key, "occurrence": occurrence, **self._ask(request)}
            with self._lock, self._recording.open("a") as file:
                file.write(json.dumps(entry) + "\n")
        return Reply(entry["text"], finish_reason=entry["finish_reason"], usage=tuple(entry["usage"]))

    def _ask(self, request: Request) -> dict[str, Any]:
        import litellm

        wanted = {name: request.body[name] for name in ("temperature", "max_tokens") if name in request.body}
        response = litellm.completion(model=self._model, messages=request.messages, **wanted)
        choice, usage = response.choices[0], response.usage
        return {
            "text": choice.message.content or "",
            "finish_reason": choice.finish_reason or "stop",
            "usage": [usage.prompt_tokens, usage.completion_tokens],
        }


def _hash(request: Request) -> str:
    """Of the model and the words, without the markers around data, which are random each time."""
    text = re.sub(r"(</?data-)[0-9a-f]+", r"\1", request.text)
    return hashlib.sha256(f"{request.body.get('model')}\n{text}".encode()).hexdigest()
