"""What an execution's code wrote, in words."""

from __future__ import annotations

from typing import TypedDict


class KeptOutput(TypedDict):
    """One of `outputs` of GET /execute/{id}: an artifact."""

    artifact_id: str
    name: str
    size: int
    has_thumbnail: bool


def size(count: int) -> str:
    """Bytes as people read them."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1024 or unit == "MiB":
            break
        count = -(-count // 1024)
    return f"{count} {unit}"


def sentence(output: KeptOutput) -> str:
    """What it is and how to get it."""
    return f"{output['name']}, {size(output['size'])}: %agent artifacts download {output['artifact_id']}"
