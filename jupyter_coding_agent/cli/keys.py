"""jupyter coding-agent keys: the public key that your receipts are verified with elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..core.paths import data_dir


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("action", choices=["export"], help="write it as JSON, for verify --trusted-keys")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="where to (standard output)")


def run(options: argparse.Namespace) -> int:
    """0 when it is written."""
    from ..receipts.keys import published
    from ..validation.receipts import Signer

    signer = Signer.load(data_dir(options.data_dir))
    text = published([signer.public_key]).model_dump_json(indent=2)
    if options.file is None:
        print(text)
        return 0
    options.file.write_text(f"{text}\n", encoding="utf-8")
    print(f"{options.file}: the public key {signer.key_id}. Who has it can verify receipts and sign none.")
    return 0
