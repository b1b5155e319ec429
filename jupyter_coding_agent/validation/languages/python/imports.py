"""Which modules sources import, and which distribution provides a module."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Mapping

from .source import parse, statements

# Parsing a large file holds up the event loop; a line-wise look is enough to choose a container.
_PARSED_BYTES = 100_000
_IMPORT_LINE = re.compile(r"^\s*(?:from|import)\s+(\w+)", re.MULTILINE)

# Where the module is not called as the distribution is.
DISTRIBUTIONS = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "Crypto": "pycryptodome",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "faiss": "faiss-cpu",
    "fitz": "PyMuPDF",
    "git": "GitPython",
    "github": "PyGithub",
    "IPython": "ipython",
    "jose": "python-jose",
    "jwt": "PyJWT",
    "kafka": "kafka-python",
    "ldap": "python-ldap",
    "magic": "python-magic",
    "MySQLdb": "mysqlclient",
    "multipart": "python-multipart",
    "nacl": "PyNaCl",
    "OpenSSL": "pyOpenSSL",
    "PIL": "pillow",
    "pkg_resources": "setuptools",
    "pptx": "python-pptx",
    "psycopg2": "psycopg2-binary",
    "pymysql": "PyMySQL",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "snappy": "python-snappy",
    "socks": "PySocks",
    "sqlalchemy": "SQLAlchemy",
    "telegram": "python-telegram-bot",
    "tlz": "toolz",
    "umap": "umap-learn",
    "usb": "pyusb",
    "websocket": "websocket-client",
    "wx": "wxPython",
    "yaml": "PyYAML",
    "zmq": "pyzmq",
}


def distribution(module: str) -> str | None:
    """The distribution that provides a top-level module; None for the standard library."""
    top = module.split(".")[0]
    if top in sys.stdlib_module_names:
        return None
    return DISTRIBUTIONS.get(top, top)


def local_modules(paths: Iterable[str]) -> set[str]:
    """The top-level modules that these files themselves are."""
    return {path.split("/")[0].removesuffix(".py") for path in paths if path.endswith(".py")}


def imported(sources: Mapping[str, str]) -> list[str]:
    """Top-level modules imported anywhere in the Python sources, sorted, without the sources themselves."""
    found: set[str] = set()
    for path, text in sources.items():
        if path.endswith(".py"):
            found |= _parsed(text) if len(text) <= _PARSED_BYTES else set(_IMPORT_LINE.findall(text))
    return sorted(found - local_modules(sources))


def _parsed(text: str) -> set[str]:
    tree = parse(text)
    if tree is None:
        return set(_IMPORT_LINE.findall(text))
    found = set()
    for node in statements(tree.body):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found
