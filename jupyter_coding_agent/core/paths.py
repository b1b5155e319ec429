"""Where things lie in the data directory. Every door finds the engine by these."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

# The kernel's limit for a unix socket's path is 107 bytes.
_SOCKET_PATH_BYTES = 100


def data_dir(configured: str = "", environ: Mapping[str, str] = os.environ) -> Path:
    """The setting, else CODING_AGENT_DATA_DIR, else ``coding-agent`` in Jupyter's data directory."""
    text = (
        configured
        or environ.get("CODING_AGENT_DATA_DIR", "")
        or str(Path(jupyter_data_dir()) / "coding-agent")
    )
    return Path(text).expanduser().resolve()


def lock_path(data: Path) -> Path:
    """Whoever holds this file's lock owns the data directory."""
    return data / "engine.lock"


def database_path(data: Path) -> Path:
    """The SQLite file."""
    return data / "coding-agent.sqlite3"


def restoring_path(data: Path) -> Path:
    """There while a restore moves things: what is in the data directory is neither the old nor the new."""
    return data / ".restoring"


def artifacts_path(data: Path, configured: str = "") -> Path:
    """The folder that artifacts are kept in: the setting, else in the data directory."""
    return Path(configured).expanduser().resolve() if configured else data / "artifacts"


def socket_path(data: Path) -> Path:
    """The engine's private socket: in the data directory, or elsewhere where that path is too long."""
    path = data / "engine.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES:
        return path
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"coding-agent-{os.getuid()}" / f"{digest}.sock"
