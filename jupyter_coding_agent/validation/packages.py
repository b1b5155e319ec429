"""Which third-party packages may be installed: plain names, and no name that a model made up."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import files

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ..core.errors import PackageNotAllowed

_FIELD = "requirements"


def approved(
    requirements: Collection[str],
    *,
    in_image: Collection[str],
    allowed: Collection[str] = (),
    generated: bool = False,
) -> list[str]:
    """The requirements that have to be installed: normalised, sorted, without what the image has anyway.

    Requirements that the user wrote may name any package of the index. Generated ones must be well known, in
    the image, or in `allowed` (what the user's kernel has, or the user named).

    Raises:
        PackageNotAllowed: one is not a plain PEP 508 name, or needs approval.
    """
    mine = {canonicalize_name(name) for name in allowed}
    wanted: dict[str, None] = {}
    for text in requirements:
        requirement = _parsed(text)
        name = canonicalize_name(requirement.name)
        if generated and name not in well_known() and name not in mine and name not in in_image:
            raise PackageNotAllowed(
                f"The generated code wants the package {requirement.name!r}, which is not well known "
                "and not in your environment. If you trust it, name it in the request, or say "
                f"`%agent approve {requirement.name}`.",
                field=_FIELD,
            )
        if name in in_image and not requirement.specifier and not requirement.extras:
            continue
        wanted[_canonical(requirement, name)] = None
    return sorted(wanted)


@cache
def well_known() -> frozenset[str]:
    """The normalised names of the shipped list."""
    text = files(__package__).joinpath("well_known_packages.txt").read_text()
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(canonicalize_name(name) for line in lines for name in line.split())


def _parsed(text: str) -> Requirement:
    try:
        requirement = Requirement(text.strip())
    except InvalidRequirement as error:
        raise PackageNotAllowed(
            f"{text.strip()[:100]!r} is not a requirement: write a package's name, such as 'requests' or "
            "'requests>=2.31'.",
            field=_FIELD,
        ) from error
    if requirement.url:
        raise PackageNotAllowed(
            f"{requirement.name} is asked for by address: only packages of the index are installed, by name.",
            field=_FIELD,
        )
    return requirement


def _canonical(requirement: Requirement, name: str) -> str:
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = f"; {requirement.marker}" if requirement.marker else ""
    return f"{name}{extras}{requirement.specifier}{marker}"
