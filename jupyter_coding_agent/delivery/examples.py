"""The user's own examples as tests that run anywhere: in the sandbox their expected values never leave the host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..core import syntax
from ..validation.languages.python.generated import example_tests
from ..validation.models import Example

PATH = "test_your_examples.py"


def examples_file(examples: Sequence[Example], files: Mapping[str, str]) -> str:
    """A test file; its fixture `answer` (kit/conftest.py) compares with what stands in EXPECTED."""
    cell = next(iter(files)) if len(files) == 1 else None
    expected = "".join(
        f"    {f'test_example_{number}'!r}: {example.expected.strip()},\n"
        for number, example in enumerate(examples, 1)
    )
    # Python can't import a cell with magics: it is run, and the calls are evaluated in what it left.
    importable = {path: text for path, text in files.items() if _is_python(text)}
    tests = example_tests(examples, importable, cell)
    return f'"""The examples in the request."""\n\nEXPECTED = {{\n{expected}}}\n\n\n{tests}'


def _is_python(text: str) -> bool:
    try:
        syntax.parse(text)
    except SyntaxError:
        return False
    return True
