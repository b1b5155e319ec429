"""Verdicts and challenges that need not be found again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

from ..runner.models import MutationRun, TestRun
from .models import Challenge, ValidationRequest, Verdict
from .receipts import sha256_of

_LARGEST_BYTES = 256 * 1024
# What the same code may not do again.
_NEVER = ("infrastructure", "tampering", "gaming")


class ChallengeCache:
    """The last challenges, in memory, by the key of the verdict that they belong to."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._challenges: OrderedDict[str, Challenge] = OrderedDict()

    def get(self, key: str) -> Challenge | None:
        """A copy."""
        challenge = self._challenges.get(key)
        if challenge is None:
            return None
        self._challenges.move_to_end(key)
        return challenge.model_copy(deep=True)

    def put(self, key: str, challenge: Challenge, run: MutationRun) -> None:
        """Keep what would come out the same again: none that was cut short."""
        if self._size == 0 or run.exit.reason != "finished":
            return
        self._challenges[key] = challenge.model_copy(deep=True)
        self._challenges.move_to_end(key)
        while len(self._challenges) > self._size:
            self._challenges.popitem(last=False)


class VerdictCache:
    """The last verdicts, in memory, by the hash of everything they depend on."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._verdicts: OrderedDict[str, Verdict] = OrderedDict()

    @staticmethod
    def key(
        request: ValidationRequest,
        *,
        image_digest: str,
        generated: bool,
        allowed_packages: Collection[str],
        policy: dict[str, object],
    ) -> str:
        """The hash of code, tests, requirements, notebook, policy, limits and image."""
        return sha256_of(
            {
                "request": request.model_dump(mode="json", exclude={"notebook"}),
                "notebook": request.notebook.digest if request.notebook else None,
                "image": image_digest,
                "generated": generated,
                "allowed": sorted(allowed_packages) if generated and request.requirements else [],
                "policy": policy,
            }
        )

    def get(self, key: str) -> Verdict | None:
        """A copy, marked as cached; its receipt is left to whoever hands it out."""
        verdict = self._verdicts.get(key)
        if verdict is None:
            return None
        self._verdicts.move_to_end(key)
        return verdict.model_copy(update={"cached": True, "receipt": None}, deep=True)

    def put(self, key: str, verdict: Verdict, run: TestRun | None) -> None:
        """Keep what would come out the same again: no run that was cut short, none with large outputs."""
        unsteady = run is not None and run.exit.reason != "finished"
        if self._size == 0 or unsteady or verdict.error_class in _NEVER:
            return
        if (
            sum(len(output.content) + len(output.thumbnail or b"") for output in verdict.outputs)
            > _LARGEST_BYTES
        ):
            return
        self._verdicts[key] = verdict.model_copy(deep=True)
        self._verdicts.move_to_end(key)
        while len(self._verdicts) > self._size:
            self._verdicts.popitem(last=False)
