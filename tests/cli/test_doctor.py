from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Cli
from tests.fake_engine import Running


def checks(stdout: str) -> dict[str, dict]:
    return {check["name"]: check for check in json.loads(stdout)["checks"]}


def test_everything_in_order(cli: Cli, fake: Running):
    done = cli("doctor")
    assert done.returncode == 0
    for part in ("✓ package", "✓ data", "✓ engine", "✓ storage    Fine."):
        assert part in done.stdout


def test_a_missing_part_is_status_1_and_says_what_to_do(cli: Cli, fake: Running):
    fake.engine.health["checks"]["runner"] = {
        "state": "missing",
        "sentence": "No container engine answers.",
        "fix": "Start Docker.",
    }
    done = cli("doctor")
    assert done.returncode == 1
    assert "✗ runner     No container engine answers.\n             → Start Docker." in done.stdout


def test_optional_parts_may_be_missing(cli: Cli, fake: Running):
    fake.engine.health["checks"]["search"] = {"state": "missing", "sentence": "Not there.", "fix": None}
    assert cli("doctor").returncode == 0


def test_no_engine_and_none_to_be_started_is_a_finding(cli: Cli, tmp_path: Path):
    (tmp_path / "file").write_text("")
    done = cli("doctor", "--json", "--data-dir", tmp_path / "file")
    assert done.returncode == 1
    found = checks(done.stdout)
    assert found["data"]["state"] == "missing"
    assert found["engine"]["state"] == "missing"
    assert "CODING_AGENT_DATA_DIR" in found["data"]["fix"]


def test_the_extension_is_looked_for_where_jupyter_does(cli: Cli, fake: Running, tmp_path: Path):
    folder = tmp_path / "config" / "jupyter_server_config.d"
    folder.mkdir(parents=True)
    enabled = {"ServerApp": {"jpserver_extensions": {"jupyter_coding_agent": True}}}
    off = {"ServerApp": {"jpserver_extensions": {"jupyter_coding_agent": False}}}
    for setting, state in ((enabled, "ok"), (off, "degraded")):
        (folder / "jupyter_coding_agent.json").write_text(json.dumps(setting))
        done = cli("doctor", "--json", JUPYTER_CONFIG_PATH=str(tmp_path / "config"))
        assert checks(done.stdout)["extension"]["state"] == state
        assert done.returncode == 0


def test_repair_tells_what_was_mended_and_what_was_not(cli: Cli, fake: Running):
    done = cli("doctor", "--repair")
    assert (done.returncode, done.stdout) == (0, "Nothing is damaged any more.\n")
    fake.engine.damages = [
        {"part": "artifacts", "sentence": "Files without rows.", "items": 2, "mended": True},
        {"part": "database", "sentence": "Restore a backup.", "items": 1, "mended": False},
    ]
    done = cli("doctor", "--repair")
    assert done.returncode == 1
    assert "✓ artifacts  2: Files without rows.\n✗ database   1: Restore a backup.\n" in done.stdout
    assert json.loads(cli("doctor", "--repair", "--json").stdout)["sound"] is False
