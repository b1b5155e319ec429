"""What the code does beyond computing, as far as its source tells."""

import ast
import re
import sys
from urllib.parse import urlsplit

MAX_EVENTS = 500

# Dotted call → effect and which argument names the target. Names of libraries as their imports resolve them.
_CALLS = {
    "open": ("file", 0),
    "io.open": ("file", 0),
    "os.remove": ("delete", 0),
    "os.unlink": ("delete", 0),
    "os.rmdir": ("delete", 0),
    "os.removedirs": ("delete", 0),
    "os.rename": ("delete", 0),
    "os.replace": ("delete", 0),
    "os.mkdir": ("write", 0),
    "os.makedirs": ("write", 0),
    "shutil.rmtree": ("delete", 0),
    "shutil.move": ("delete", 0),
    "shutil.copy": ("write", 1),
    "shutil.copy2": ("write", 1),
    "shutil.copyfile": ("write", 1),
    "shutil.copytree": ("write", 1),
    "sqlite3.connect": ("write", 0),
    "numpy.load": ("read", 0),
    "numpy.loadtxt": ("read", 0),
    "numpy.genfromtxt": ("read", 0),
    "numpy.save": ("write", 0),
    "numpy.savez": ("write", 0),
    "numpy.savetxt": ("write", 0),
    "matplotlib.pyplot.savefig": ("write", 0),
    "matplotlib.pyplot.imsave": ("write", 0),
    "os.system": ("process", 0),
    "os.popen": ("process", 0),
    "os.fork": ("process", None),
    "pty.spawn": ("process", 0),
    "asyncio.create_subprocess_exec": ("process", 0),
    "asyncio.create_subprocess_shell": ("process", 0),
    "os.getenv": ("environment", 0),
    "os.putenv": ("environment", 0),
    "os.unsetenv": ("environment", 0),
    "os.environ.get": ("environment", 0),
    "os.environ.pop": ("environment", 0),
    "os.environ.setdefault": ("environment", 0),
    "urllib.request.urlopen": ("network", 0),
    "urllib.request.urlretrieve": ("network", 0),
    "urllib.request.Request": ("network", 0),
    "http.client.HTTPConnection": ("network", 0),
    "http.client.HTTPSConnection": ("network", 0),
    "smtplib.SMTP": ("network", 0),
    "smtplib.SMTP_SSL": ("network", 0),
    "ftplib.FTP": ("network", 0),
    "socket.create_connection": ("network", 0),
    "socket.getaddrinfo": ("network", 0),
    "socket.gethostbyname": ("network", 0),
    "websockets.connect": ("network", 0),
}
_PREFIXES = (
    ("subprocess.", "process"),
    ("os.exec", "process"),
    ("os.spawn", "process"),
    ("os.posix_spawn", "process"),
    ("multiprocessing.Process", "process"),
)
_HTTP_VERBS = frozenset(("get", "post", "put", "patch", "delete", "head", "options", "request", "stream"))
_HTTP_LIBRARIES = frozenset(("requests", "httpx", "aiohttp"))
# Methods that read or write wherever they occur: pandas readers are functions, its writers are methods.
_METHODS = {
    "read_text": "read",
    "read_bytes": "read",
    "write_text": "write",
    "write_bytes": "write",
    "touch": "write",
    "mkdir": "write",
    "unlink": "delete",
    "rmdir": "delete",
    "savefig": "write",
    "tofile": "write",
}
_PATH_METHODS = frozenset(
    ("read_text", "read_bytes", "write_text", "write_bytes", "touch", "mkdir", "unlink", "rmdir")
)
_FRAME_WRITERS = frozenset(
    (
        "to_csv",
        "to_excel",
        "to_json",
        "to_parquet",
        "to_pickle",
        "to_feather",
        "to_hdf",
        "to_html",
        "to_sql",
        "to_stata",
        "to_xml",
    )
)
_UNKNOWN = "<computed>"
_URL = re.compile(r"^(?:https?|ftp|wss?)://", re.IGNORECASE)


class Effects(ast.NodeVisitor):
    """`events` (dicts of kind, target, path, line, seen) and `imports` (top-level names) of one Source.

    An import of one of `own_modules`, the job's own files, is no effect.
    """

    def __init__(self, source, own_modules=frozenset()):
        self._path = source.path
        self._own_modules = own_modules
        self._names = {}
        self._constants = {}
        self._seen = set()
        self.events = []
        self.imports = set()
        for node in ast.walk(source.tree):
            self._learn(node)
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call):
                self._call(node)
            elif isinstance(node, ast.Subscript):
                self._subscript(node)

    def _learn(self, node):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                self._import(top, node.lineno)
                self._names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0 and node.module:
                self._import(node.module.partition(".")[0], node.lineno)
                for alias in node.names:
                    self._names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            (target, *others) = node.targets
            if isinstance(target, ast.Name) and not others and isinstance(node.value.value, str):
                self._constants[target.id] = node.value.value

    def _import(self, top, line):
        self.imports.add(top)
        if top not in sys.stdlib_module_names and top not in self._own_modules:
            self._add("import", top, line)

    def _dotted(self, node):
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        parts.append(self._names.get(node.id, node.id))
        return ".".join(reversed(parts))

    def _call(self, node):
        name = self._dotted(node.func)
        if name is not None and self._known_call(name, node):
            return
        if isinstance(node.func, ast.Attribute):
            self._method(node)

    def _known_call(self, name, node):
        if name in _CALLS:
            kind, position = _CALLS[name]
            target = self._argument(node, position) if position is not None else name
            if kind == "file":
                kind = "write" if self._opens_for_writing(node) else "read"
            self._add(kind, _host(target) if kind == "network" else target, node.lineno)
            return True
        for prefix, kind in _PREFIXES:
            if name.startswith(prefix) and name.rpartition(".")[2] not in ("PIPE", "CompletedProcess"):
                self._add(kind, self._command(node) or name, node.lineno)
                return True
        library, _, verb = name.partition(".")
        if library in _HTTP_LIBRARIES and verb in _HTTP_VERBS:
            self._add("network", _host(self._url(node)), node.lineno)
            return True
        if library == "pandas" and verb.startswith("read_"):
            self._reads(self._argument(node, 0), node.lineno)
            return True
        return False

    def _method(self, node):
        method = node.func.attr
        if method in _FRAME_WRITERS and (node.args or node.keywords):
            self._add("write", self._argument(node, 0), node.lineno)
        elif method in _PATH_METHODS:
            path = self._path_of(node.func.value)
            if path is not None:
                self._add(_METHODS[method], path, node.lineno)
        elif method in _METHODS:
            self._add(_METHODS[method], self._argument(node, 0), node.lineno)
        elif method == "open" and (path := self._path_of(node.func.value)) is not None:
            kind = "write" if self._opens_for_writing(node, 0) else "read"
            self._add(kind, path, node.lineno)
        elif method in ("connect", "connect_ex") and node.args and isinstance(node.args[0], ast.Tuple):
            self._add(
                "network", self._text(node.args[0].elts[0]) if node.args[0].elts else _UNKNOWN, node.lineno
            )
        elif method in _HTTP_VERBS and _URL.match(url := self._url(node)):
            self._add("network", _host(url), node.lineno)

    def _subscript(self, node):
        if self._dotted(node.value) == "os.environ":
            self._add("environment", self._text(node.slice), node.lineno)

    def _path_of(self, node):
        """The text of a `Path("…")` that a method is called on; None where it is no path."""
        if isinstance(node, ast.Call) and self._dotted(node.func) in ("pathlib.Path", "pathlib.PurePath"):
            return "/".join(self._text(part) for part in node.args) or "."
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            left = self._path_of(node.left)
            return None if left is None else f"{left}/{self._text(node.right)}"
        return None

    def _reads(self, target, line):
        if _URL.match(target):
            self._add("network", _host(target), line)
        else:
            self._add("read", target, line)

    def _argument(self, node, position):
        if position < len(node.args):
            return self._text(node.args[position])
        for keyword in node.keywords:
            if keyword.arg in (
                "path",
                "file",
                "filepath_or_buffer",
                "path_or_buf",
                "fname",
                "io",
                "url",
                "key",
            ):
                return self._text(keyword.value)
        return _UNKNOWN

    def _url(self, node):
        for argument in node.args[:2]:
            text = self._text(argument)
            if _URL.match(text):
                return text
        return self._argument(node, 99)

    def _command(self, node):
        if not node.args:
            return None
        first = node.args[0]
        if isinstance(first, (ast.List, ast.Tuple)):
            return " ".join(self._text(part) for part in first.elts)[:300]
        return self._text(first)[:300]

    def _opens_for_writing(self, node, position=1):
        mode = node.args[position] if position < len(node.args) else None
        for keyword in node.keywords:
            if keyword.arg == "mode":
                mode = keyword.value
        return mode is not None and any(letter in self._text(mode) for letter in "wax+")

    def _text(self, node):
        if isinstance(node, ast.Constant):
            return str(node.value)[:300]
        if isinstance(node, ast.Name) and node.id in self._constants:
            return self._constants[node.id][:300]
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            return "".join(map(str, parts))[:300]
        return self._path_of(node) or _UNKNOWN

    def _add(self, kind, target, line):
        if (kind, target) not in self._seen and len(self.events) < MAX_EVENTS:
            self._seen.add((kind, target))
            self.events.append(
                {"kind": kind, "target": target, "path": self._path, "line": line, "seen": "source"}
            )


def _host(url):
    """The host of a URL, or the text itself where it is a plain host."""
    try:
        return urlsplit(url).hostname or url if "//" in url else url
    except ValueError:
        return url
