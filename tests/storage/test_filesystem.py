"""Which file systems the write-ahead log is kept away from."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_coding_agent.storage.filesystem import is_network

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local ext4 rw 0 0
//nas/my\\040files /mnt/my\\040files cifs rw 0 0
server:/old /over nfs rw 0 0
tmpfs /over tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "network"),
    [
        ("/var/data", False),
        ("/home/me/data", True),
        ("/homestead", False),
        ("/home/local/data", False),
        ("/mnt/my files/data", True),
        ("/over/data", False),
    ],
)
def test_the_innermost_latest_mount_decides(tmp_path: Path, path: str, network: bool):
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert is_network(Path(path), mounts) is network


def test_where_no_mounts_are_listed_it_is_taken_for_local(tmp_path: Path):
    assert not is_network(tmp_path, tmp_path / "missing")
