"""Which file system a path is on: SQLite's write-ahead log does not work across machines."""

from __future__ import annotations

from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")
_NETWORK = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
    | {"fuse.sshfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.glusterfs", "fuse.ceph", "fuse.cephfs", "glusterfs"}
)


def is_network(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether `path` is on a network file system; False where the system doesn't list its mounts."""
    try:
        lines = mounts.read_text(errors="surrogateescape").splitlines()
    except OSError:
        return False
    target = path.resolve()
    best, kind = -1, ""
    for line in lines:
        fields = line.split(" ")
        # Blanks in a mount point are written as octal escapes.
        point = Path(fields[1].encode("utf-8", "surrogateescape").decode("unicode_escape"))
        # The last of two mounts on the same point hides the first.
        if target.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind in _NETWORK
