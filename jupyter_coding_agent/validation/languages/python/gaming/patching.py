"""What code has no business to replace: builtins, the test tool, the functions of other modules."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from ....gaming import Finding
from .code import Unit, is_own_test
from .names import dotted
from .wording import Request

# Documented places to put something of one's own.
_OPEN = frozenset(
    {
        "sys.stdout", "sys.stderr", "sys.stdin", "sys.excepthook", "sys.displayhook", "sys.unraisablehook",
        "sys.path", "sys.argv", "sys.ps1", "sys.ps2", "sys.tracebacklimit", "sys.dont_write_bytecode",
        "sys.breakpointhook", "sys.last_type", "sys.last_value", "sys.last_traceback",
        "warnings.showwarning", "warnings.formatwarning", "threading.excepthook", "logging.raiseExceptions",
        "logging.lastResort", "ssl._create_default_https_context", "tempfile.tempdir", "os.environ",
    }
)  # fmt: skip
_TOOLS = ("pytest", "_pytest", "unittest", "hypothesis", "numpy.testing", "pandas.testing")
_COMPARES = frozenset(
    {
        "__eq__", "__ne__", "__lt__", "__gt__", "__le__", "__ge__", "__contains__", "__instancecheck__",
        "equals", "allclose", "array_equal", "isclose", "approx", "assert_frame_equal", "assert_allclose",
        "assert_series_equal", "assert_array_equal", "assert_equal",
    }
)  # fmt: skip
_NAMESPACES = frozenset({"sys.modules", "__builtins__", "builtins.__dict__", "__builtins__.__dict__"})
_REPLACING = ("replac", "patch", "overrid", "substitut", "swap", "intercept")
_CHANGES = frozenset({"update", "pop", "setdefault", "clear"})


class Patching:
    """Looks through one file."""

    def __init__(self, unit: Unit, request: Request) -> None:
        self._unit = unit
        self._aliases = unit.aliases
        self._request = request
        self._modules = set(unit.aliases.values()) | {"builtins"}
        self._tops = {module.partition(".")[0] for module in self._modules}

    def find(self) -> Iterator[Finding]:
        """Every replacement, in the order of the file."""
        for block in self._unit.blocks:
            if is_own_test(block):
                continue
            for node in block.nodes:
                what = self._replaced(node)
                if what is not None and not self._asked_for(what):
                    yield Finding(block.path, block.line(node), "patching", f"it replaces {what}.")

    def _asked_for(self, what: str) -> bool:
        """Does the request want just this replaced?"""
        return what.lower() in self._request.whole and self._request.speaks_of(*_REPLACING)

    def _replaced(self, node: ast.AST) -> str | None:
        match node:
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                parts = [part for target in targets for part in ast.walk(target)]
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                parts = [target]
            case ast.Call():
                return self._by_call(node)
            case _:
                return None
        stored = [part for part in parts if not isinstance(getattr(part, "ctx", None), ast.Load | None)]
        return next((what for what in map(self._target, stored) if what is not None), None)

    def _target(self, target: ast.AST) -> str | None:
        match target:
            case ast.Name(id="AssertionError"):
                return "AssertionError"
            case ast.Attribute(attr="__eq__" | "__ne__" as attribute, value=owner) if not isinstance(
                owner, ast.Name
            ):
                return f"the comparison {attribute} of objects that are not its own"
            case ast.Attribute():
                name = dotted(target, self._aliases) or ""
                return name if self._is_foreign(name) else None
            case ast.Subscript():
                name = dotted(target.value, self._aliases) or ""
                return f"an entry of {name}" if self._is_namespace(name) else None
        return None

    def _is_namespace(self, name: str) -> bool:
        return name in _NAMESPACES or (
            name.endswith(".__dict__") and name.removesuffix(".__dict__") in self._modules
        )

    def _is_foreign(self, name: str) -> bool:
        """Does this belong to a module that is not the code's own?"""
        owner, _, attribute = name.rpartition(".")
        if name in _OPEN or not owner:
            return False
        if owner in ("builtins", "__builtins__", "AssertionError") or name.startswith(_TOOLS):
            return True
        if attribute in _COMPARES and owner.partition(".")[0] in self._tops:
            return True
        known = owner in self._modules and owner in sys.stdlib_module_names
        return known and not attribute.isupper()

    def _by_call(self, node: ast.Call) -> str | None:
        name = dotted(node.func, self._aliases) or ""
        owner, _, method = name.rpartition(".")
        if self._is_namespace(owner) and method in _CHANGES:
            return f"entries of {owner}"
        if name not in ("setattr", "delattr", "builtins.setattr") or len(node.args) < 2:
            return None
        target = node.args[0]
        module = dotted(target, self._aliases) or ""
        if isinstance(target, ast.Subscript) and dotted(target.value, self._aliases) == "sys.modules":
            return "names of a loaded module"
        attribute = _text(node.args[1])
        if attribute is None and module == "sys":  # redirecting one of its streams
            return None
        return f"{module}.{attribute or '…'}" if self._is_foreign(f"{module}.{attribute or '…'}") else None


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
