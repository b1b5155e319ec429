"""How often one user may ask: a token bucket each."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..core.errors import QuotaExceeded

_FORGET_ABOVE = 1000
"""Users that are remembered before those who have all their tokens back are dropped."""


@dataclass
class _Bucket:
    tokens: float
    at: float


class RateLimit:
    """`per_minute` requests at once, and as many again in each minute. 0 limits nothing."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = per_minute
        self._per_second = per_minute / 60
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def admit(self, user: str) -> None:
        """Count one request. Raises QuotaExceeded, with the seconds until the next is admitted."""
        if not self._most:
            return
        at = self._clock()
        bucket = self._buckets.get(user)
        if bucket is None:
            self._forget(at)
            bucket = self._buckets[user] = _Bucket(self._most, at)
        bucket.tokens, bucket.at = self._filled(bucket, at), at
        if bucket.tokens < 1:
            raise QuotaExceeded(
                f"You may send {self._most} requests a minute (PolicySettings.posts_per_minute). "
                "Wait a moment and ask again.",
                retry_after=math.ceil((1 - bucket.tokens) / self._per_second),
            )
        bucket.tokens -= 1

    def _filled(self, bucket: _Bucket, at: float) -> float:
        return min(float(self._most), bucket.tokens + (at - bucket.at) * self._per_second)

    def _forget(self, at: float) -> None:
        if len(self._buckets) >= _FORGET_ABOVE:
            self._buckets = {
                user: bucket
                for user, bucket in self._buckets.items()
                if self._filled(bucket, at) < self._most
            }
