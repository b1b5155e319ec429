"""jupyter coding-agent restore: put a backup back in place."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..core.paths import data_dir
from .backup import artifacts_elsewhere


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what `backup` has made")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="what `backup --keys` has made")
    parser.add_argument("--replace", action="store_true", help="put aside what is there")


def run(options: argparse.Namespace) -> int:
    """0 when it is in place."""
    from ..backup.restoring import restore

    data = data_dir(options.data_dir)
    restored = restore(
        data,
        options.file,
        keys=options.keys,
        replace=options.replace,
        elsewhere=artifacts_elsewhere(data),
    )
    print(f"{data}: {len(restored.manifest.files)} files as of {restored.manifest.created_at}.")
    if restored.aside is not None:
        print(f"What was there is kept in {restored.aside}.")
    if not (data / "keys").exists():
        print(
            "Without its keys, receipts signed before are of an unknown key: restore again with --keys FILE."
        )
    return 0
