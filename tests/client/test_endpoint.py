from __future__ import annotations

from pathlib import Path
from socket import gethostname

import pytest

from jupyter_coding_agent.client.endpoint import Endpoint


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8888", True),
        ("http://[::1]:8888/lab", True),
        ("https://localhost/hub/user/ada", True),
        (f"http://{gethostname()}:8888", True),
        ("http://10.1.2.3:8888", False),
        ("https://hub.lab/user/ada", False),
        ("http://localhost.lab:8888", False),
    ],
)
def test_a_server_is_on_this_machine_where_its_address_says_so(url: str, here: bool):
    assert Endpoint("server", url).on_this_machine is here


def test_a_private_socket_is_on_this_machine():
    assert Endpoint("socket", "http://engine", socket=Path("/run/x")).on_this_machine
