"""Where a result comes from, and in what two such records differ. `surroundings` looks it up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..agents.models import Recording
from ..llm.models import TierName

Mode = Literal["again", "from_recording"]
_NOT_WHERE_NAMED = ("ModelSettings",)
"""The settings that don't count where the models that served are asked again by name."""
_JUDGING = ("ExecutionSettings", "PolicySettings", "RunnerSettings", "ValidationSettings")
"""The settings that count where no model is asked."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Provenance(_Model):
    """What an execution was carried out with."""

    parameters: dict[str, Any]
    """The request without its prompt and context."""
    conversation_sha256: str | None = None
    """Of what went along from its session, which is nothing where it has none; None where that is not known."""
    given: dict[str, str] = Field(default_factory=dict)
    """Artifact's id → the name under which its file lay in the working directory: told also when it is deleted."""
    context_sha256: str
    """Of the notebook's cells, variables, samples and packages that were sent along."""
    language: str
    image_digest: str | None
    """Of the language's image; None where there was none."""
    prompts_version: str
    product_version: str
    settings: dict[str, str]
    """Class of settings → SHA-256 of those that decide what comes out."""
    chains_sha256: str
    """Of every tier's models: names, addresses and what they lack."""
    first_models: dict[TierName, str]
    """Tier → the model that was to be asked before any other."""
    models: dict[TierName, list[str]] = Field(default_factory=dict)
    """Tier → the models that served, in order; empty until the execution has ended."""


class Deviation(_Model):
    """Why a replay is not exact."""

    what: Literal["image", "model", "prompts", "product", "session", "settings", "record"]
    recorded: str | None
    present: str | None
    message: str


class Replay(_Model):
    """How an execution replays another. Stored with it, so that it outlives the other."""

    replay_of: str
    mode: Mode
    models: dict[TierName, list[str]] = Field(default_factory=dict)
    """Tier → the models that are asked in place of the configured ones."""
    seed: str
    """What decided which tests are hidden."""
    modified: list[str] = Field(default_factory=list)
    differs: list[Deviation] = Field(default_factory=list)
    recording: Recording | None = None

    @property
    def sentence(self) -> str:
        """For people: of what it is a replay, what was changed on purpose, and what differs."""
        text = f"Replay: of {self.replay_of}"
        text += ", the recorded code and tests without any model" if self.mode == "from_recording" else ""
        text += f", with {', '.join(self.modified)} modified" if self.modified else ""
        if self.differs:
            return " ".join([f"{text}. It is not exact:", *(one.message for one in self.differs)])
        return f"{text}. Everything else is as it was recorded."


def same_surroundings(one: Provenance, other: Provenance) -> bool:
    """Whether the same request would be carried out alike: the request itself and what served are not looked at."""
    told = {"language", "image_digest", "prompts_version", "product_version", "settings"}
    told |= {"chains_sha256", "first_models"}
    return one.image_digest is not None and one.model_dump(include=told) == other.model_dump(include=told)


def deviations(recorded: Provenance | None, present: Provenance, mode: Mode) -> list[Deviation]:
    """What of the surroundings is not as it was, as far as it counts in this mode."""
    if recorded is None:
        message = "What it was made with was not recorded, so nobody can say whether this is the same."
        return [Deviation(what="record", recorded=None, present=None, message=message)]
    found = [*_of_the_image(recorded, present), *_of_the_product(recorded, present)]
    if mode == "again" and recorded.prompts_version != present.prompts_version:
        versions = f"{recorded.prompts_version}, now {present.prompts_version}"
        found.append(
            Deviation(
                what="prompts",
                recorded=recorded.prompts_version,
                present=present.prompts_version,
                message=f"The prompts have changed: version {versions}.",
            )
        )
    return [*found, *_of_the_settings(recorded.settings, present.settings, mode)]


def _of_the_image(recorded: Provenance, present: Provenance) -> list[Deviation]:
    if recorded.language != present.language or recorded.image_digest == present.image_digest:
        return []
    if present.image_digest is None:
        message = f"The image for {present.language} is not there: run `jupyter coding-agent images build`."
    else:
        message = f"The image for {present.language} is another one than it was."
    return [
        Deviation(what="image", recorded=recorded.image_digest, present=present.image_digest, message=message)
    ]


def _of_the_product(recorded: Provenance, present: Provenance) -> list[Deviation]:
    then, now = recorded.product_version, present.product_version
    if then == now:
        return []
    message = f"It was made by version {then} of the product; this is {now}."
    return [Deviation(what="product", recorded=then, present=now, message=message)]


def _of_the_settings(recorded: Mapping[str, str], present: Mapping[str, str], mode: Mode) -> list[Deviation]:
    names = sorted(
        name
        for name in recorded.keys() | present.keys()
        if recorded.get(name) != present.get(name) and _counts(name, mode)
    )
    if not names:
        return []
    message = f"Settings have changed: {', '.join(names)}."
    return [Deviation(what="settings", recorded=None, present=", ".join(names), message=message)]


def _counts(name: str, mode: Mode) -> bool:
    return name in _JUDGING if mode == "from_recording" else name not in _NOT_WHERE_NAMED
