"""What the gate tells the engine about who asks. Cheap to import: every Jupyter server loads it at start."""

from __future__ import annotations

from urllib.parse import quote, unquote

USER_HEADER = "X-Coding-Agent-User"
LOCAL_USER = "local"
PREFIX = "coding-agent"
"""The first part of every path, after Jupyter's base URL."""


def encode_user(name: str) -> str:
    """A user's name as a header carries it: names may be anything, headers are Latin-1."""
    return quote(name, safe="")


def decode_user(value: str) -> str:
    """The inverse of `encode_user`."""
    return unquote(value)
