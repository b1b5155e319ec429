"""Runs inside the install container (see `layers`): the host sends this text as the container's command.

What it needs comes in over the channel and not as arguments or variables, so that nothing of it is kept in
the image that is made of the container.
"""

import json
import os
import struct
import subprocess
import sys


def _read() -> dict[str, list[str] | str]:
    (length,) = struct.unpack(">I", sys.stdin.buffer.read(4))
    job: dict[str, list[str] | str] = json.loads(sys.stdin.buffer.read(length))
    return job


def _send(**frame: str | int) -> None:
    payload = json.dumps(frame).encode()
    sys.stdout.buffer.write(struct.pack(">I", len(payload)) + payload)
    sys.stdout.buffer.flush()


def main() -> None:
    """Install what the one frame on stdin names; send each line of pip, then its exit status."""
    _send(t="ready")
    job = _read()
    command = [sys.executable, "-m", "pip", "install", *job["options"]]
    if job["certificates"]:
        certificates = "/work/certificates.pem"  # in memory: the folder is a tmpfs
        with open(certificates, "w") as file:  # noqa: PTH123 - nothing is imported that is not needed
            file.write(str(job["certificates"]))
        command += ["--cert", certificates]
    with subprocess.Popen(  # noqa: S603 - the names were parsed on the host, and this is a container of their own
        [*command, "--", *job["requirements"]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "TMPDIR": "/work", "HOME": "/work"},
        text=True,
        errors="replace",
    ) as pip:
        for line in pip.stdout or ():
            _send(t="line", text=line.rstrip()[:2000])
    _send(t="end", code=pip.returncode)


if __name__ == "__main__":
    main()
