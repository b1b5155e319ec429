"""Public keys as files: the own one written, those of others read."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from ..core.errors import InvalidInput
from ..validation.receipts import key_id
from .models import PublicKey, PublicKeys

log = logging.getLogger(__name__)

_MOST_BYTES = 1024 * 1024
_RAW_BYTES = 32


def trusted_path(data: Path, configured: str = "") -> Path:
    """Where keys of others are kept: the setting, else ``trusted-keys`` in the data directory."""
    return Path(configured).expanduser().resolve() if configured else data / "trusted-keys"


def published(public_keys: Iterable[bytes]) -> PublicKeys:
    """Raw public keys in the form in which they are given away."""
    return PublicKeys(
        keys=[PublicKey(key_id=key_id(raw), public_key=base64.b64encode(raw).decode()) for raw in public_keys]
    )


def read_keys(path: Path) -> Mapping[str, bytes]:
    """Key id → raw bytes of the keys in a file that `keys export` wrote. Raises InvalidInput."""
    try:
        if not path.is_file():
            raise InvalidInput(f"{path} is not a file with keys: write one with keys export.")
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"{path} can't be read: {error.strerror}.") from error
    if len(content) > _MOST_BYTES:
        raise InvalidInput(f"{path} is too large for a file with keys.")
    try:
        listed = PublicKeys.model_validate_json(content)
        raw = [base64.b64decode(one.public_key, validate=True) for one in listed.keys]
    except (ValidationError, binascii.Error) as error:
        raise InvalidInput(
            f"{path} is not what jupyter coding-agent keys export writes (JSON with public keys)."
        ) from error
    found = {key_id(one): one for one in raw if len(one) == _RAW_BYTES}
    if found.keys() != {one.key_id for one in listed.keys}:
        raise InvalidInput(f"{path} has a key that does not belong to its id: export it again.")
    return found


def read_folder(path: Path) -> Mapping[str, bytes]:
    """The keys of a file, or of every ``*.json`` in a folder; a file that can't be used is left out and logged."""
    files = sorted(path.glob("*.json")) if path.is_dir() else [path] if path.exists() else []
    found: dict[str, bytes] = {}
    for file in files:
        try:
            found |= read_keys(file)
        except InvalidInput as error:
            log.warning("Its keys are not trusted: %s", error.message)
    return found
