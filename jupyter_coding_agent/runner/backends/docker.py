"""Containers of the Docker engine, hardened."""

from __future__ import annotations

import math
import os
import socket
from collections.abc import AsyncIterator, Iterable
from typing import Any

from ...core.errors import ImageMissing, RunnerUnavailable
from ..settings import RunnerSettings
from . import docker_images
from .docker_engine import Client, DockerEngine
from .docker_stream import AttachedChannel
from .protocol import ENGINE_LABEL, OWNER_LABEL, ROLE_LABEL, Container, ContainerSpec, Ending, ImageInfo

_MIB = 1024 * 1024
_ATTACH = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}


class DockerBackend:
    """Backend for the Docker engine on a local socket."""

    name = "docker"

    def __init__(self, settings: RunnerSettings, owner: str, engine_id: str) -> None:
        self._settings = settings
        self._owner = owner
        self._engine_id = engine_id
        self._engine = DockerEngine(
            settings.docker_host, settings.engine_timeout_seconds, settings.start_concurrency
        )
        self._cpus = math.inf

    async def version(self) -> str:
        """The engine's version; raises RunnerUnavailable also where the runtime asked for is not there."""
        info = await self._engine.call(lambda client: client.info())
        runtime = self._settings.runtime
        if runtime and runtime not in info.get("Runtimes", {}):
            raise RunnerUnavailable(
                f"The engine has no runtime {runtime!r}; install it or clear RunnerSettings.runtime."
            )
        self._cpus = float(info["NCPU"])
        return str(info["ServerVersion"])

    async def start(self, spec: ContainerSpec, name: str) -> Container:
        """Create, attach and start."""
        container_id, connection = await self._engine.call(lambda client: self._launch(client, spec, name))
        return Container(container_id, spec, await AttachedChannel.over(connection))

    def _launch(self, client: Client, spec: ContainerSpec, name: str) -> tuple[str, socket.socket]:
        container_id = str(self._create(client, spec, name)["Id"])
        # Attached before it starts: nothing that it says can be lost, and nothing can lie in the buffers of
        # the HTTP response that the socket is taken from.
        attached = client.attach_socket(container_id, params=_ATTACH)
        try:
            connection = own_socket(attached)
        finally:
            attached.close()
        try:
            client.start(container_id)
        except BaseException:
            connection.close()
            raise
        return container_id, connection

    def _create(self, client: Client, spec: ContainerSpec, name: str) -> dict[str, Any]:
        from docker.types import Ulimit

        host_config = client.create_host_config(
            auto_remove=False,
            cap_drop=["ALL"],
            cap_add=["SETUID", "SETGID"] if spec.role != "install" else [],
            security_opt=["no-new-privileges"],
            read_only=not spec.writable_root,
            tmpfs={
                "/work": f"rw,exec,nosuid,nodev,size={spec.workspace_mb}m,mode=1777,nr_inodes=65536",
                "/tmp": "rw,exec,nosuid,nodev,size=64m,mode=1777,nr_inodes=65536",  # noqa: S108 - in the container
            },
            network_mode=spec.network,
            pids_limit=spec.pids,
            mem_limit=spec.memory_mb * _MIB,
            memswap_limit=spec.memory_mb * _MIB,
            nano_cpus=int(min(spec.cpus, self._cpus) * 1e9),
            ulimits=[Ulimit(name="core", soft=0, hard=0), Ulimit(name="nofile", soft=1024, hard=4096)],
            init=True,
            log_config={"Type": "none"},
            runtime=self._settings.runtime or None,
        )
        created: dict[str, Any] = client.create_container(
            spec.image,
            list(spec.command),
            name=name,
            user="0:0",
            stdin_open=True,
            # With network mode "none" alone the engine builds a network sandbox with nothing in it, which costs more
            # than all else about a start. The container has a network namespace with only a loopback either way.
            network_disabled=spec.network == "none",
            host_config=host_config,
            labels={OWNER_LABEL: self._owner, ENGINE_LABEL: self._engine_id, ROLE_LABEL: spec.role},
            # Else the SDK hands the proxy settings of this user's Docker configuration to the container.
            use_config_proxy=False,
        )
        return created

    async def remove(self, container: str, *, urgent: bool = False) -> None:
        """Kill and remove, by id or name."""
        await self._engine.call(lambda client: _remove(client, container), "call" if urgent else "removal")

    async def ending(self, container_id: str) -> Ending | None:
        """How the container stands; None if it is not there."""
        import docker.errors

        def inspect(client: Client) -> Ending | None:
            try:
                state = client.inspect_container(container_id)["State"]
            except docker.errors.NotFound:
                return None
            running = bool(state["Running"])
            return Ending(running, None if running else state["ExitCode"], bool(state["OOMKilled"]))

        return await self._engine.call(inspect)

    async def own(self, owner: str) -> dict[str, str]:
        """The containers labelled with this owner: id → engine label."""

        def find(client: Client) -> dict[str, str]:
            found = client.containers(all=True, filters={"label": f"{OWNER_LABEL}={owner}"})
            return {entry["Id"]: entry["Labels"].get(ENGINE_LABEL, "") for entry in found}

        return await self._engine.call(find)

    async def image(self, tag: str) -> ImageInfo | None:
        """The image, or None."""
        try:
            return await self._engine.call(lambda client: docker_images.inspect(client, tag))
        except ImageMissing:
            return None

    async def images(self) -> list[ImageInfo]:
        """All images of this product."""
        return await self._engine.call(docker_images.labelled)

    def build(
        self, context: bytes, tag: str, arguments: dict[str, str], labels: dict[str, str]
    ) -> AsyncIterator[str]:
        """Build from a tar archive; yields the build's lines."""
        return self._engine.stream(
            lambda client: docker_images.build(client, context, tag, arguments, labels)
        )

    def pull(self, tag: str, idle_seconds: float) -> AsyncIterator[str]:
        """Pull; yields progress."""
        return self._engine.stream(lambda client: docker_images.pull(client, tag, idle_seconds))

    async def import_image(self, archive: Iterable[bytes], tag: str) -> None:
        """Make an image of a tar archive of a root file system."""
        await self._engine.call(lambda client: docker_images.import_archive(client, archive, tag), "long")

    async def commit(self, container_id: str, tag: str, like: str, labels: dict[str, str]) -> None:
        """Make an image of a stopped container's files."""
        await self._engine.call(
            lambda client: docker_images.commit(client, container_id, tag, like, labels), "long"
        )

    async def remove_image(self, tag: str) -> bool:
        """Remove; False if it is in use or not there."""
        return await self._engine.call(lambda client: docker_images.remove(client, tag), "long")

    async def close(self) -> None:
        """Let go of the engine."""
        await self._engine.close()


def own_socket(attached: Any) -> socket.socket:
    """A socket of our own for an attached stream, so that the HTTP library may close its one.

    Raises RunnerUnavailable for a stream that is more than a plain socket: TLS or SSH speak inside it.
    """
    if not isinstance(attached, socket.SocketIO):
        raise RunnerUnavailable(
            "The container engine is not on a plain socket; set RunnerSettings.docker_host to unix:///…"
        )
    return socket.socket(fileno=os.dup(attached.fileno()))


def _remove(client: Client, container: str) -> None:
    import docker.errors

    try:
        client.remove_container(container, force=True, v=True)
    except docker.errors.NotFound:
        return
    except docker.errors.APIError as error:
        if "already in progress" not in str(error):
            raise
