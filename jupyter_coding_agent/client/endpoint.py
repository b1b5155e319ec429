"""Where an engine is reached, and the httpx client that speaks to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0


@dataclass(frozen=True)
class Endpoint:
    """A Jupyter server, the engine's private socket, or the notebook's page. `base_url` ends without a slash."""

    kind: Literal["server", "socket", "page"]
    base_url: str
    token: str = field(default="", repr=False)
    socket: Path | None = None
    verify: bool = True
    transport: Callable[[], httpx.BaseTransport] | None = None
    """How it is reached where it has no address."""

    @property
    def agent_url(self) -> str:
        """What every path of the agent's REST interface is appended to."""
        return f"{self.base_url}/coding-agent"

    @property
    def on_this_machine(self) -> bool:
        """Whether what is sent there stays on this machine, as far as the address tells."""
        if self.kind == "socket":
            return True
        host = urlsplit(self.base_url).hostname or ""
        if host in ("localhost", gethostname()):
            return True
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return False

    def open(self) -> httpx.Client:
        """A client for this endpoint; safe to use from several threads."""
        import httpx

        headers = {"Authorization": f"token {self.token}"} if self.token else {}
        transport = self.transport() if self.transport is not None else None
        if self.socket is not None:
            transport = httpx.HTTPTransport(uds=str(self.socket))
        # trust_env=False: a proxy of the environment must never see what goes to this machine's own server.
        return httpx.Client(
            headers=headers,
            transport=transport,
            verify=self.verify,
            trust_env=False,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        )
