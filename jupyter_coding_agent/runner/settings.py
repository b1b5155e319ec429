"""Settings of the runner. Sizes are MiB unless the name says otherwise."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from traitlets import Float, Int, Unicode, default

from ..core.settings import Settings

if TYPE_CHECKING:
    # Every Jupyter server loads the settings at its start, and the models only when asked something.
    from .models import Limits


def _positive(initial: int, help_text: str) -> Int[int, int]:
    return Int(initial, min=1, help=help_text).tag(config=True)


class RunnerSettings(Settings):
    """How jobs are isolated, how much they may use, and what is kept ready."""

    backend = Unicode("docker", help="The container engine's adapter. Only 'docker' exists.").tag(config=True)
    docker_host = Unicode(
        "",
        help="Address of the engine, as unix:///run/docker.sock. Empty: DOCKER_HOST, else the default.",
    ).tag(config=True)
    runtime = Unicode(
        "", help="OCI runtime for the containers, e.g. 'runsc' for gVisor. Empty: the engine's default."
    ).tag(config=True)
    base_image = Unicode("debian:trixie-slim", help="The image that every language's image starts from.").tag(
        config=True
    )

    warm_plain = Int(2, min=0, help="Idle containers kept ready for code without data libraries.").tag(
        config=True
    )
    warm_data = Int(1, min=0, help="Idle containers kept ready with numpy and pandas imported.").tag(
        config=True
    )
    warm_plot = Int(1, min=0, help="Idle containers kept ready with matplotlib imported as well.").tag(
        config=True
    )
    warm_memory_mb = Int(
        512,
        min=0,
        help="Memory that idle containers may take together; fewer are kept where it does not suffice.",
    ).tag(config=True)
    max_running = _positive(1, "Test runs at the same time.")
    start_concurrency = _positive(2, "Containers being started at the same time.")
    ready_timeout_seconds = Float(60.0, min=1, help="A container that is not ready by then is given up.").tag(
        config=True
    )

    timeout_seconds = Float(
        120.0, min=1, help="How long one run may take before its container is killed."
    ).tag(config=True, env="EXECUTION_TIMEOUT_SECONDS")
    analysis_timeout_seconds = Float(60.0, min=1, help="How long the static tools may take on one job.").tag(
        config=True
    )
    install_timeout_seconds = Float(600.0, min=1, help="How long installing packages may take.").tag(
        config=True
    )
    engine_timeout_seconds = Float(
        30.0, min=1, help="How long one call to the container engine may take."
    ).tag(config=True)
    pull_timeout_seconds = Float(
        20.0,
        min=1,
        help="A pull of the base image without progress for so long is given up, and the base is made here.",
    ).tag(config=True)

    memory_mb = _positive(1024, "Memory of one run; there is no swap.")
    cpus = Float(1.0, min=0.1, help="CPUs of one run.").tag(config=True)
    pids = _positive(128, "Processes and threads of one run.")
    workspace_mb = _positive(256, "Size of a run's workspace; it counts as its memory.")
    analysis_memory_mb = _positive(1024, "Memory of the analysis container.")
    output_kb = _positive(256, "How much of stdout and of stderr is kept (KiB).")
    output_kill_mb = _positive(64, "A run that prints more is killed.")
    artifact_count = Int(50, min=0, help="Files that a run may leave.").tag(config=True)
    artifact_mb = Int(20, min=1, max=40, help="Size of the files that a run may leave, together.").tag(
        config=True
    )
    artifact_depth = _positive(8, "How deep in folders a file that a run leaves may lie.")
    input_count = _positive(1000, "Files that a job may bring.")
    input_mb = _positive(50, "Size of the files that a job may bring, together.")

    ca_bundle = Unicode(
        "",
        help="PEM file of certificates that pip trusts while it installs a job's packages. Empty: pip's own.",
    ).tag(config=True, env="=SSL_CERT_FILE")
    install_network = Unicode("bridge", help="The engine's network while packages are installed.").tag(
        config=True
    )
    package_index = Unicode("", help="Package index for a job's packages. Empty: pip's default.").tag(
        config=True
    )
    layer_limit = _positive(20, "Images with installed packages that are kept; the oldest go first.")

    @default("max_running")
    @default("start_concurrency")
    def _per_cpu(self) -> int:
        return max(2, os.cpu_count() or 1)

    def limits(self) -> Limits:
        """The limits of a job that asks for nothing else."""
        from .models import Limits

        return Limits(
            timeout_seconds=self.timeout_seconds,
            memory_mb=self.memory_mb,
            cpus=self.cpus,
            pids=self.pids,
            workspace_mb=self.workspace_mb,
            output_bytes=self.output_kb * 1024,
            output_kill_bytes=self.output_kill_mb * 1024 * 1024,
            artifact_count=self.artifact_count,
            artifact_bytes=self.artifact_mb * 1024 * 1024,
            artifact_depth=self.artifact_depth,
        )
