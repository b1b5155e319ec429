from __future__ import annotations

import pytest

from tests.cli.conftest import Cli

NOWHERE = "unix:///nonexistent/docker.sock"


def test_listing_without_a_container_engine_says_what_is_missing(cli: Cli):
    done = cli("images", "list", DOCKER_HOST=NOWHERE)
    assert done.returncode == 1
    assert "container engine does not answer" in done.stdout


@pytest.mark.parametrize("command", [["images", "build"], ["images", "prune"], ["cleanup"]])
def test_without_a_container_engine_nothing_can_be_done(cli: Cli, command: list[str]):
    done = cli(*command, DOCKER_HOST=NOWHERE)
    assert done.returncode == 2
    assert "container engine does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named(cli: Cli):
    done = cli("images", "list", CODING_AGENT_EXECUTION_TIMEOUT_SECONDS="soon")
    assert done.returncode == 2
    assert "CODING_AGENT_EXECUTION_TIMEOUT_SECONDS='soon'" in done.stderr
