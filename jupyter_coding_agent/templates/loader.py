"""Reads template folders. What is wrong with one is a SettingError that names the file."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import yaml
from jinja2 import TemplateError, meta
from pydantic import ValidationError

from ..core.errors import InvalidInput, SettingError
from .filling import check_patterns
from .matching import Words
from .models import Manifest, Template
from .rendering import environment
from .values import checked

LIBRARY = Path(__file__).parent / "library"
MANIFEST = "template.yaml"
_WORDS = "words.yaml"


def folders(root: Path) -> list[Path]:
    """The template folders below a library's root."""
    return sorted(path.parent for path in root.glob(f"*/{MANIFEST}"))


def load(folder: Path) -> Template:
    """Read one template.

    Raises:
        SettingError: naming the file that is wrong, and how.
    """
    manifest = _manifest(folder / MANIFEST)
    template = Template(
        id=folder.name,
        manifest=manifest,
        files=_sources(folder / "files", manifest.files),
        tests=_sources(folder / "tests", manifest.tests),
    )
    _check_names(folder, template)
    return template


def load_words() -> Words:
    """The word lists of the library that is shipped."""
    return Words(**yaml.safe_load((LIBRARY / _WORDS).read_text("utf-8")))


def _manifest(path: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate(yaml.safe_load(path.read_text("utf-8")))
        checked(manifest, {})
        check_patterns(manifest)
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


def _sources(folder: Path, names: list[str]) -> dict[str, str]:
    sources = {}
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise SettingError(f"{folder}: {name!r} must stay inside the template's folder.")
        source = folder / f"{name}.j2"
        try:
            sources[name] = source.read_text("utf-8")
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
