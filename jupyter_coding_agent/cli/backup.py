"""jupyter coding-agent backup: everything that is kept, as one file; the engine may go on working."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..core.paths import artifacts_path, data_dir


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the archive to make, e.g. agent.tar.gz")
    parser.add_argument(
        "--keys", type=Path, metavar="FILE", help="write the keys too, to a file of their own"
    )


def artifacts_elsewhere(data: Path) -> Path | None:
    """Where a setting keeps the artifacts, if not in the data directory."""
    from ..artifacts.settings import ArtifactSettings
    from ..host import load_config

    configured = ArtifactSettings(config=load_config()).storage_path
    return artifacts_path(data, configured) if configured else None


def run(options: argparse.Namespace) -> int:
    """0 when it is written."""
    from ..backup.creating import create, create_keys

    data = data_dir(options.data_dir)
    manifest = create(data, options.file, elsewhere=artifacts_elsewhere(data))
    size = sum(member.size for member in manifest.files.values())
    print(f"{options.file}: {len(manifest.files)} files, {size:,} bytes.")
    if manifest.missing:
        print(f"The files of {manifest.missing} artifacts are gone: jupyter coding-agent doctor --repair")
    if options.keys is None:
        print("The keys that sign receipts are not in it: --keys FILE writes them to a file of their own.")
    else:
        create_keys(data, options.keys)
        print(f"{options.keys}: the keys. Who has them can sign receipts; keep them apart.")
    return 0
