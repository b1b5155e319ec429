"""jupyter coding-agent verify: do the receipts in a notebook (or an archive) hold for what stands there now?"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..client import words
from ..client.archives import claims_in
from ..client.proofs import Claim
from ..core.errors import InvalidInput
from ..core.paths import data_dir
from .console import print_json

if TYPE_CHECKING:
    from ..receipts.models import Verification

_BAD, _UNUSABLE = 1, 2


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "notebooks", nargs="+", type=Path, metavar="NOTEBOOK", help="an .ipynb file, or an archive"
    )
    parser.add_argument(
        "--trusted-keys",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="trust these keys only, written by keys export; repeatable (the data directory's own and trusted ones)",
    )
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")


def run(options: argparse.Namespace) -> int:
    """0 every receipt holds, 1 one does not, 2 something could not be read."""
    trusted = _trusted(options)
    found = [_examined(path, trusted) for path in options.notebooks]
    if options.json:
        print_json({"valid": all(one["valid"] for one in found), "notebooks": found})
    else:
        for one in found:
            _print(one)
        _advise(found, options.trusted_keys)
    if any(not cell["valid"] for one in found for cell in one["cells"]):
        return _BAD
    return _UNUSABLE if any(one["problem"] for one in found) else 0


def _trusted(options: argparse.Namespace) -> dict[str, bytes]:
    """Key id → raw bytes. Nothing is started or made for it."""
    from ..host import load_config
    from ..receipts.keys import read_folder, read_keys, trusted_path
    from ..receipts.settings import ReceiptSettings
    from ..validation.receipts import key_id, own_public_key

    found: dict[str, bytes] = {}
    if options.trusted_keys:
        for path in options.trusted_keys:
            found |= read_keys(path)
        return found
    data = data_dir(options.data_dir)
    own = own_public_key(data)
    found |= read_folder(trusted_path(data, ReceiptSettings(config=load_config()).trusted_keys))
    return found | ({key_id(own): own} if own is not None else {})


def _examined(path: Path, trusted: Mapping[str, bytes]) -> dict[str, Any]:
    """What is said of one notebook, for people and for programs."""
    try:
        there = claims_in(path)
    except InvalidInput as error:
        return {"path": words.printable(str(path)), "valid": False, "problem": error.message, "cells": []}
    cells = [_cell(claim, _verified(claim, trusted)) for claim in there]
    return {
        "path": words.printable(str(path)),
        "valid": all(cell["valid"] for cell in cells),
        "problem": None,
        "cells": cells,
    }


def _verified(claim: Claim, trusted: Mapping[str, bytes]) -> Verification:
    from ..receipts.models import VerifyRequest
    from ..receipts.service import verification

    return verification(VerifyRequest.model_validate(claim.request), trusted)


def _cell(claim: Claim, found: Verification) -> dict[str, Any]:
    return {
        "name": claim.name,
        "position": claim.position,
        "cell_id": claim.cell_id,
        "execution_count": claim.execution_count,
        "first_line": claim.first_line,
        **found.model_dump(mode="json"),
    }


def _print(found: Mapping[str, Any]) -> None:
    path = found["path"]
    if found["problem"]:
        print(found["problem"], file=sys.stderr)
    elif not found["cells"]:
        print(f"{path}: nothing has a receipt.")
    for cell in found["cells"]:
        mark, where = words.mark(cell["valid"]), f"{path}: {cell['name']} ({cell['first_line']})"
        print(f"{mark} {where}: {cell['state']}. {cell['reason']}")


def _advise(found: list[dict[str, Any]], given: list[Path]) -> None:
    states = {cell["state"] for one in found for cell in one["cells"]}
    if "unknown key" in states and not given:
        print(
            "Who proved it can write the key with `jupyter coding-agent keys export keys.json`; "
            "then verify with --trusted-keys keys.json.",
            file=sys.stderr,
        )
