"""Reads template folders. What is wrong with one is a SettingError that names the file."""

from __future__ import annotations

from functools import cache
from pathlib import Path, PurePosixPath

import yaml
from jinja2 import TemplateError, meta
from pydantic import ValidationError

from ..core.errors import InvalidInput, SettingError
from .filling import check_patterns
from .matching import Words
from .models import Manifest, Origin, Template
from .rendering import environment
from .values import checked

LIBRARY = Path(__file__).parent / "library"
MANIFEST = "template.yaml"
MAX_FILE = 256 * 1024
_WORDS = "words.yaml"


def folders(root: Path) -> list[Path]:
    """The template folders below a library's root."""
    return sorted(path.parent for path in root.glob(f"*/{MANIFEST}"))


@cache
def shipped() -> tuple[Template, ...]:
    """The library that is shipped. Read once in a process: that takes longer than all else of an engine's start."""
    return tuple(load(folder) for folder in folders(LIBRARY))


def load(folder: Path, *, origin: Origin = "built-in") -> Template:
    """Read one template.

    Raises:
        SettingError: naming the file that is wrong, and how.
    """
    manifest = _manifest(folder, origin)
    template = Template(
        id=folder.name,
        origin=origin,
        manifest=manifest,
        files=_sources(folder, "files", manifest.files),
        tests=_sources(folder, "tests", manifest.tests),
    )
    _check_names(folder, template)
    return template


def load_words() -> Words:
    """The word lists of the library that is shipped."""
    return Words(**yaml.safe_load((LIBRARY / _WORDS).read_text("utf-8")))


def _manifest(folder: Path, origin: Origin) -> Manifest:
    path = folder / MANIFEST
    try:
        manifest = Manifest.model_validate(yaml.safe_load(_text(path, folder)))
        if origin == "user":
            # A test has done that for the others, and it takes a while.
            check_patterns(manifest)
        checked(manifest, manifest.samples())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingError(f"{path} can't be read: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise SettingError(f"{path}: {where}: {first['msg']}.") from error
    except ValueError as error:
        raise SettingError(f"{path}: {error}.") from error
    except InvalidInput as error:
        raise SettingError(f"{path}: the defaults are wrong: {error.message}") from error
    return manifest


def _text(path: Path, folder: Path) -> str:
    """A file's text. Raises SettingError for one that lies elsewhere, or is no plain file, or too large."""
    if not path.resolve().is_relative_to(folder.resolve()):
        raise SettingError(f"{path} is a link that leads out of the template's folder.")
    if path.exists() and not path.is_file():
        raise SettingError(f"{path} is no plain file.")
    with path.open("rb") as file:
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise SettingError(f"{path} has more than {MAX_FILE // 1024} KiB.")
    return content.decode("utf-8")


def _sources(folder: Path, part: str, names: list[str]) -> dict[str, str]:
    sources = {}
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise SettingError(f"{folder / part}: {name!r} must stay inside the template's folder.")
        source = folder / part / f"{name}.j2"
        try:
            sources[name] = _text(source, folder)
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(f"{source} can't be read: {error}") from error
    return sources


def _check_names(folder: Path, template: Template) -> None:
    known = {variable.name for variable in template.manifest.variables}
    for name, source in {**template.files, **template.tests}.items():
        try:
            used = meta.find_undeclared_variables(environment().parse(source))
        except TemplateError as error:
            raise SettingError(f"{folder}: {name}.j2 is no valid Jinja2: {error}") from error
        if used - known:
            raise SettingError(
                f"{folder}: {name}.j2 uses unknown variables: {', '.join(sorted(used - known))}."
            )
