"""`verify` and `keys` as a user or a CI job runs them: no engine, no model, nothing started."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.cli import main
from jupyter_coding_agent.client import sidecar
from jupyter_coding_agent.validation.receipts import Signer
from tests.cli.conftest import Cli
from tests.receipts.notebooks import cell, notebook, proved, receipt_of, write

Verify = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signer(data: Path) -> Signer:
    """Of the data directory."""
    return Signer.load(data)


@pytest.fixture
def call(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Verify:
    """Runs a command in this process: exit status, output, errors."""
    monkeypatch.setenv("CODING_AGENT_DATA_DIR", str(data))

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        status = main([str(one) for one in arguments])
        return status, *capsys.readouterr()

    return call


def test_as_a_ci_job_with_nothing_but_public_keys(cli: Cli, signer: Signer, tmp_path: Path):
    exported = cli("keys", "export", "keys.json")
    assert (exported.returncode, signer.key_id in exported.stdout) == (0, True)
    good = write(tmp_path / "work" / "good.ipynb", notebook(proved(signer, "x = 1")))
    elsewhere = {"CODING_AGENT_DATA_DIR": str(tmp_path / "ci")}
    done = cli("verify", good.name, "--trusted-keys", "keys.json", **elsewhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("✓ good.ipynb: cell 1 (x = 1): fresh. Proved on ")
    assert not (tmp_path / "ci").exists(), "verifying made a data directory"


def test_each_cell_is_named_with_what_is_wrong(call: Verify, signer: Signer, tmp_path: Path):
    receipt = receipt_of(signer, {"solution.py": "x = 1"})
    path = write(
        tmp_path / "a.ipynb",
        notebook(
            proved(signer, "x = 1"),
            {**cell("x = 2", receipt, 7), "id": "beef"},
            cell("x = 1", receipt, 8, notebook="another"),
            cell("x = 1", {**receipt, "status": "ran"}, 9),
            cell("y = 1"),
        ),
    )
    status, out, err = call("verify", path)
    assert (status, err) == (1, "")
    fresh, stale, other, forged = out.splitlines()
    assert fresh.startswith(f"✓ {path}: cell 1 (x = 1): fresh.")
    assert stale == f"✗ {path}: In [7], cell beef (x = 2): stale. The code has changed since it was proved."
    assert other.startswith(f"✗ {path}: In [8], cell 3 (x = 1): other context.")
    assert forged.startswith(f"✗ {path}: In [9], cell 4 (x = 1): forged.")


def test_as_json(call: Verify, signer: Signer, tmp_path: Path):
    good = write(tmp_path / "a.ipynb", notebook(proved(signer, "x = 1")))
    bad = write(tmp_path / "b.ipynb", notebook({**proved(signer, "x = 1"), "source": "x = 2"}))
    status, out, _ = call("verify", good, bad, tmp_path / "none.ipynb", "--json")
    found = json.loads(out)
    assert (status, found["valid"]) == (1, False)
    first, second, third = found["notebooks"]
    assert (first["valid"], first["problem"]) == (True, None)
    assert second["cells"] == [
        {
            "name": "cell 1",
            "position": 1,
            "cell_id": None,
            "execution_count": None,
            "first_line": "x = 2",
            "valid": False,
            "state": "stale",
            "reason": "The code has changed since it was proved.",
        }
    ]
    assert (third["valid"], third["cells"]) == (False, [])
    assert "is not a file" in third["problem"]


def test_a_notebook_without_receipts_claims_nothing(call: Verify, tmp_path: Path):
    path = write(tmp_path / "a.ipynb", notebook(cell("x = 1")))
    assert call("verify", path) == (0, f"{path}: nothing has a receipt.\n", "")


def test_what_can_not_be_read_is_a_sentence_and_the_others_are_judged(
    call: Verify, signer: Signer, tmp_path: Path
):
    good = write(tmp_path / "good.ipynb", notebook(proved(signer, "x = 1")))
    (tmp_path / "bad.ipynb").write_text("{")
    status, out, err = call("verify", tmp_path / "bad.ipynb", good)
    assert (status, err) == (2, f"{tmp_path / 'bad.ipynb'} is not a notebook: it is not valid JSON.\n")
    assert out.startswith(f"✓ {good}")


def test_an_unknown_key_says_how_to_get_it(call: Verify, tmp_path: Path):
    other = Signer.load(tmp_path / "other")
    path = write(tmp_path / "a.ipynb", notebook(proved(other, "x = 1")))
    status, out, err = call("verify", path)
    assert status == 1
    assert f"The key {other.key_id} is not among the trusted ones." in out
    assert "keys export" in err


def test_given_keys_are_the_only_ones(call: Verify, signer: Signer, data: Path, tmp_path: Path):
    path = write(tmp_path / "a.ipynb", notebook(proved(signer, "x = 1")))
    call("keys", "export", tmp_path / "own.json")
    Signer.load(tmp_path / "other")
    call("keys", "export", tmp_path / "other.json", "--data-dir", tmp_path / "other")
    assert call("verify", path, "--trusted-keys", tmp_path / "other.json")[0] == 1
    both = ["--trusted-keys", tmp_path / "other.json", "--trusted-keys", tmp_path / "own.json"]
    assert call("verify", path, *both)[0] == 0
    # Without, those in the data directory's folder count too.
    foreign = write(tmp_path / "b.ipynb", notebook(proved(Signer.load(tmp_path / "other"), "x = 1")))
    assert call("verify", foreign)[0] == 1
    (data / "trusted-keys").mkdir()
    (data / "trusted-keys" / "other.json").write_bytes((tmp_path / "other.json").read_bytes())
    assert call("verify", foreign)[0] == 0


@pytest.mark.parametrize("content", ["{", "-----BEGIN PRIVATE KEY-----"])
def test_keys_that_are_none_are_a_sentence(call: Verify, signer: Signer, tmp_path: Path, content: str):
    path = write(tmp_path / "a.ipynb", notebook(proved(signer, "x = 1")))
    (tmp_path / "keys.json").write_text(content)
    status, out, err = call("verify", path, "--trusted-keys", tmp_path / "keys.json")
    assert (status, out) == (2, "")
    assert "keys export writes" in err


def test_a_receipt_beside_the_notebook_counts(call: Verify, signer: Signer, tmp_path: Path):
    path = write(tmp_path / "a.ipynb", notebook(cell("x = 1")))
    mark: dict[str, Any] = {"execution_id": "exe_1", "path": "solution.py", "role": "code"}
    mark["receipt"] = receipt_of(signer, {"solution.py": "x = 1\n"})
    sidecar.keep(tmp_path, "a.ipynb", "x = 1", mark)
    assert call("verify", path)[1].startswith(f"✓ {path}: cell 1 (x = 1): fresh.")
    mark["receipt"]["status"] = "ran"
    sidecar.keep(tmp_path, "a.ipynb", "x = 1", mark)
    assert call("verify", path)[0] == 1


def test_hostile_metadata_reaches_no_terminal(call: Verify, signer: Signer, tmp_path: Path):
    evil = "\x1b]0;owned\x07<script>\u202e\r"
    receipt = {**receipt_of(signer, {"solution.py": "x"}), "key_id": evil, "status": evil}
    bad = {**cell(f"x{evil}", receipt, path=evil), "id": evil}
    path = write(
        tmp_path / "evil\x1b.ipynb", notebook(bad, cell("y", [evil]), cell("z", {"a": evil * 10**5}))
    )
    status, out, _ = call("verify", path)
    assert status == 1
    assert all(line.isprintable() for line in out.splitlines())
    assert len(out) < 2000


def test_keys_are_printed_where_no_file_is_named(call: Verify, signer: Signer):
    status, out, _ = call("keys", "export")
    (key,) = json.loads(out)["keys"]
    assert (status, key["key_id"], key["algorithm"]) == (0, signer.key_id, "ed25519")


def test_a_broken_key_of_ones_own_is_a_sentence(call: Verify, data: Path, tmp_path: Path):
    (data / "keys").mkdir()
    (data / "keys" / "receipts.ed25519").write_bytes(b"short")
    status, _, err = call("verify", write(tmp_path / "a.ipynb", notebook()))
    assert (status, "key for receipts can't be used" in err) == (2, True)
