"""What the code does beyond computing, seen by an audit hook while it runs."""

import gc
import os
import sys
import tempfile
import threading

from .workspace import ROOT

MAX_EVENTS = 500
# What belongs to the interpreter, its libraries and the system, whoever opens it.
_OWN = (
    sys.prefix + "/lib",
    "/usr/share/",
    "/usr/local/lib/",
    "/opt/",
    "/proc/",
    "/sys/",
    "/dev/null",
    "/dev/urandom",
    "/dev/shm/",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/ssl/",
    "/tmp/matplotlib/",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class EffectWatch:
    """Reports each effect once, with the line of the job's code that caused it.

    What the tests do themselves, and what pytest does, is not an effect of the code.
    """

    def __init__(self, channel):
        self._channel = channel
        self._sources = self._tests = frozenset()
        self._seen = set()
        self._active = False
        self._busy = threading.local()
        self._threads = frozenset()
        self._descriptors = frozenset()
        self._temporary = set()
        self._handlers = {
            "tempfile.mkstemp": self._make_temporary,
            "tempfile.mkdtemp": self._make_temporary,
            "open": self._open,
            "os.remove": self._remove,
            "os.rmdir": self._remove,
            "shutil.rmtree": self._remove,
            "os.rename": self._rename,
            "os.mkdir": self._mkdir,
            "os.truncate": self._write,
            "socket.connect": self._connect,
            "socket.sendto": self._connect,
            "socket.bind": self._bind,
            "socket.getaddrinfo": self._resolve,
            "socket.gethostbyname": self._resolve,
            "subprocess.Popen": self._process,
            "os.system": self._system,
            "os.exec": self._process,
            "os.posix_spawn": self._process,
            "os.spawn": self._process,
            "os.fork": self._fork,
            "os.putenv": self._environment,
            "os.unsetenv": self._environment,
            "import": self._import,
        }
        # Whoever asks first tries out folders by writing to them: that is none of the code's doing.
        tempfile.gettempdir()
        sys.addaudithook(self._hook)

    def start(self, sources, tests):
        """Begin; `sources` and `tests` are absolute paths."""
        self._sources = frozenset(sources)
        self._tests = frozenset(tests)
        self._threads = frozenset(threading.enumerate())
        self._descriptors = frozenset(_descriptors())
        self._active = True

    def finish(self):
        """End, and report what is still open."""
        self._active = False
        for thread in threading.enumerate():
            if thread not in self._threads and not thread.daemon:
                self._send("open_resource", f"thread {thread.name}", None, None)
        left = self._new_descriptors()
        if left:
            # A reference cycle may hold what the code has let go.
            gc.collect()
            for target in self._new_descriptors():
                self._send("open_resource", target, None, None)

    def _new_descriptors(self):
        targets = (_target(number) for number in _descriptors() if number not in self._descriptors)
        return sorted({target for target in targets if target is not None})

    def _hook(self, event, args):
        if not self._active:
            return
        handler = self._handlers.get(event)
        if handler is None or getattr(self._busy, "on", False):
            return
        self._busy.on = True
        try:
            handler(args)
        except Exception:
            # A value that can't be looked at is no reason to disturb the code.
            return
        finally:
            self._busy.on = False

    def _open(self, args):
        path, mode, flags = args
        if isinstance(path, int):
            return
        writing = (
            any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & _WRITING)
        )
        full = os.path.abspath(os.fsdecode(path))
        if writing and os.path.isdir(full):
            # Python opens the folder by name where an opener is to make a temporary file in it.
            return
        if not full.startswith(_OWN) and full not in self._sources and not full.endswith(".pyc"):
            self._record("write" if writing else "read", self._shown(full))

    def _write(self, args):
        self._record("write", self._shown_path(args[0]))

    def _mkdir(self, args):
        self._record("write", self._shown_path(args[0], args[2]))

    def _remove(self, args):
        self._record("delete", self._shown_path(*args))

    def _rename(self, args):
        self._record("delete", self._shown_path(args[0], args[2]))
        self._record("write", self._shown_path(args[1], args[3]))

    def _make_temporary(self, args):
        full = os.path.abspath(os.fsdecode(args[0]))
        # It is told before it is made: what is there already is none, whatever the code says of it.
        if len(self._temporary) < MAX_EVENTS and not os.path.lexists(full):
            self._temporary.add(full)

    def _shown_path(self, path, folder=None):
        """`folder` is the descriptor that the path begins at, if any."""
        begin = "" if folder in (None, -1) else os.readlink(f"/proc/self/fd/{folder}")
        return self._shown(os.path.abspath(os.path.join(begin, os.fsdecode(path))))

    def _shown(self, full):
        """As a person reads it: a name drawn at random says nothing, and would be another in every run."""
        if self._temporary:
            parts = full.split("/")
            for end in range(2, len(parts) + 1):
                if "/".join(parts[:end]) in self._temporary:
                    parts[end - 1] = "<temporary>"
                    break
            full = "/".join(parts)
        return _shown(full)

    def _connect(self, args):
        address = args[1]
        self._record(
            "network", f"{address[0]}:{address[1]}" if isinstance(address, tuple) else f"unix:{address}"
        )

    def _bind(self, args):
        address = args[1]
        self._record(
            "network",
            f"listen {address[0]}:{address[1]}" if isinstance(address, tuple) else f"unix:{address}",
        )

    def _resolve(self, args):
        host = args[0]
        port = args[1] if len(args) > 1 else None
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        self._record("network", f"{name}:{port}" if port else name)

    def _process(self, args):
        command = args[1] if len(args) > 1 and args[1] else args[0]
        if isinstance(command, (list, tuple)):
            command = " ".join(os.fsdecode(part) for part in command)
        self._record("process", os.fsdecode(command)[:300])

    def _system(self, args):
        self._record("process", os.fsdecode(args[0])[:300])

    def _fork(self, _args):
        self._record("process", "fork")

    def _environment(self, args):
        self._record("environment", os.fsdecode(args[0]))

    def _import(self, args):
        top = args[0].partition(".")[0]
        if top in sys.stdlib_module_names or top.startswith("_"):
            return
        frame = sys._getframe(3)
        while frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
            frame = frame.f_back
        if frame is None or frame.f_code.co_filename not in self._sources:
            return
        if not any(source.startswith((f"{ROOT}/{top}.", f"{ROOT}/{top}/")) for source in self._sources):
            self._send("import", top, frame.f_code.co_filename, frame.f_lineno)

    def _record(self, kind, target):
        frame = sys._getframe(3)
        while frame is not None:
            name = frame.f_code.co_filename
            if name in self._sources:
                self._send(kind, target, name, frame.f_lineno)
                return
            if name in self._tests:
                return
            frame = frame.f_back
        # Neither the code nor a test is on the stack: a thread that the code started, or pytest itself.
        if threading.current_thread() is not threading.main_thread():
            self._send(kind, target, None, None)

    def _send(self, kind, target, path, line):
        if (kind, target) in self._seen or len(self._seen) >= MAX_EVENTS:
            return
        self._seen.add((kind, target))
        self._channel.send("effect", kind=kind, target=target, path=path and path[len(ROOT) + 1 :], line=line)


def _shown(full):
    if full.startswith(ROOT + "/"):
        return full[len(ROOT) + 1 :]
    if full.startswith("/tmp/pytest/"):
        return "<tmp_path>/" + "/".join(full.split("/")[4:])
    return full


def _descriptors():
    """The open descriptors, without the one that looking for them took."""
    return [int(name) for name in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{name}")]


def _target(number):
    """What a descriptor is open on, as far as it is the code's business; None for the rest."""
    try:
        target = os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return None
    if target.startswith(("socket:", "pipe:")):
        return target.partition(":")[0]
    return _shown(target) if target.startswith("/") and not target.startswith((*_OWN, "/dev/")) else None
