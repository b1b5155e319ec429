"""The versions of packages in the notebook's environment and in the image, where a difference matters."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ..core.errors import AgentError
from ..runner.models import AnalysisJob
from ..runner.protocol import Runner
from .jobs import imports
from .languages import Language
from .models import ValidationRequest

log = logging.getLogger(__name__)

_BY_MINOR = frozenset(
    {
        "matplotlib", "numpy", "pandas", "polars", "pyarrow", "scikit-learn", "scipy", "seaborn", "sqlalchemy",
        "statsmodels", "torch", "xarray",
    }
)  # fmt: skip
"""Libraries that change what code does from one minor version to the next."""


def differences(
    used: Iterable[str], kernel: Mapping[str, str], image: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Distribution of those `used` → (version in the kernel, in the image), where that may change a result."""
    there = {canonicalize_name(name): version for name, version in kernel.items()}
    here = {canonicalize_name(name): version for name, version in image.items()}
    names = sorted({canonicalize_name(name) for name in used})
    both = {name: (there[name], here[name]) for name in names if name in there and name in here}
    return {name: pair for name, pair in both.items() if _matters(name, *pair)}


def described(pair: tuple[str, str]) -> str:
    """Both versions, for people."""
    return f"{pair[0]} in the notebook, {pair[1]} in the sandbox"


def pinned(found: Mapping[str, tuple[str, str]]) -> list[str]:
    """Requirements for the kernel's own versions."""
    return [f"{name}=={kernel}" for name, (kernel, _) in found.items()]


def _matters(name: str, kernel: str, image: str) -> bool:
    """Another major version; for libraries that are below 1 or known for it, another minor one."""
    try:
        one, other = Version(kernel), Version(image)
    except InvalidVersion:
        return kernel != image
    if one.major != other.major:
        return True
    return (one.major == 0 or name in _BY_MINOR) and one.minor != other.minor


class Versions:
    """Compares a notebook's versions with the image's. `install`: bring the notebook's own where they differ."""

    def __init__(self, runner: Runner, *, install: bool) -> None:
        self._runner = runner
        self._install = install
        self._of_image: dict[str, dict[str, str]] = {}
        self._not_to_be_had: set[tuple[str, ...]] = set()

    async def settle(
        self, request: ValidationRequest, language: Language, requirements: list[str]
    ) -> tuple[list[str], dict[str, str]]:
        """The requirements to run with, and the distributions that stay different → both versions.

        Raises as `Runner.analyze`.
        """
        kernel = request.notebook.versions if request.notebook else {}
        if not kernel:
            return requirements, {}
        # What only the tests import is no part of what gets into the notebook.
        modules = imports(request.model_copy(update={"tests": {}}), language)
        used = {name for module in modules if (name := language.distribution(module))}
        image = await self._image(language)
        found = differences(used, kernel, image)
        pins = sorted({*requirements, *pinned(found)})
        if found and self._install and await self._installed(language, pins):
            return pins, {}
        return requirements, {name: described(pair) for name, pair in found.items()}

    async def _image(self, language: Language) -> dict[str, str]:
        digest = await self._runner.image_digest(language.image)
        if digest not in self._of_image:
            job = AnalysisJob(language=language.image, files={}, packages=True)
            self._of_image = {digest: (await self._runner.analyze(job)).packages}
        return self._of_image[digest]

    async def _installed(self, language: Language, requirements: list[str]) -> bool:
        """Whether there is a layer with these now. What could not be had once is not asked for again."""
        wanted = tuple(requirements)
        if wanted in self._not_to_be_had:
            return False
        try:
            await self._runner.install(language.image, requirements)
        except AgentError as error:
            log.warning("The notebook's own versions can't be had, so the image's are used: %s", error)
            self._not_to_be_had.add(wanted)
            return False
        return True
