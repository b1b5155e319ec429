"""jupyter coding-agent backup: everything that is kept, as one file; the engine may go on working."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..core.paths import data_dir


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the archive to make, e.g. agent.tar.gz")
    parser.add_argument(
        "--keys", type=Path, metavar="FILE", help="write the keys too, to a file of their own"
    )


def run(options: argparse.Namespace) -> int:
    """0 when it is written."""
    from ..backup.creating import create, create_keys

    data = data_dir(options.data_dir)
    manifest = create(data, options.file)
    size = sum(member.size for member in manifest.files.values())
    print(f"{options.file}: {len(manifest.files)} files, {size:,} bytes.")
    if options.keys is None:
        print("The keys that sign receipts are not in it: --keys FILE writes them to a file of their own.")
    else:
        create_keys(data, options.keys)
        print(f"{options.keys}: the keys. Who has them can sign receipts; keep them apart.")
    return 0
