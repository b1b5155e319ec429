"""The package policy: plain names only, and none that a model made up."""

from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import PackageNotAllowed
from jupyter_coding_agent.validation.languages.python.imports import distribution, imported
from jupyter_coding_agent.validation.packages import approved, well_known

IMAGE = {"numpy", "pandas", "scikit-learn"}


@pytest.mark.parametrize(
    "text",
    [
        "requests @ https://example.org/requests.whl",
        "git+https://example.org/x.git",
        "./local",
        "/etc/passwd",
        "-r other.txt",
        "--index-url=https://example.org",
        "requests; rm -rf /",
        "two words",
        "",
    ],
)
def test_only_plain_names_are_installed(text):
    with pytest.raises(PackageNotAllowed) as caught:
        approved([text], in_image=IMAGE)
    assert caught.value.field == "requirements"


def test_users_may_name_anything():
    wanted = ["Some_Package>=1,<2", "other[extra2,extra1]"]
    assert approved(wanted, in_image=IMAGE) == ["other[extra1,extra2]", "some-package<2,>=1"]


def test_what_the_image_has_is_not_installed_unless_a_version_is_asked_for():
    assert approved(["numpy", "Scikit_Learn", "pandas>=99"], in_image=IMAGE) == ["pandas>=99"]


def test_the_same_requirement_counts_once():
    assert approved(["Tabulate", "tabulate "], in_image=IMAGE) == ["tabulate"]


@pytest.mark.parametrize("name", ["tabulate", "Flask", "beautifulsoup4", "numpy"])
def test_generated_code_may_use_what_is_well_known(name):
    approved([name], in_image=IMAGE, generated=True)


def test_a_generated_name_needs_approval_and_the_sentence_says_how():
    with pytest.raises(PackageNotAllowed, match="%agent approve panda-tools") as caught:
        approved(["panda-tools"], in_image=IMAGE, generated=True)
    assert caught.value.status == 422
    assert approved(["panda-tools"], in_image=IMAGE, allowed=["Panda.Tools"], generated=True) == [
        "panda-tools"
    ]


def test_the_shipped_list_is_normalised_and_large():
    names = well_known()
    assert len(names) > 400
    assert all(name == name.lower() and "_" not in name and "." not in name for name in names)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("sklearn", "scikit-learn"),
        ("sklearn.svm", "scikit-learn"),
        ("cv2", "opencv-python"),
        ("PIL", "pillow"),
        ("yaml", "PyYAML"),
        ("bs4", "beautifulsoup4"),
        ("requests", "requests"),
        ("json", None),
        ("os.path", None),
    ],
)
def test_modules_and_their_distributions(module, name):
    assert distribution(module) == name


def test_imports_of_sources():
    nested = "    try:\n        import scipy\n    except E: pass\n"
    sources = {
        "solution.py": "import os, numpy\nfrom pandas.core import frame\nfrom . import x\n%pip install y\n",
        "test_solution.py": f"def test():\n    from solution import f\n{nested}",
        "data.txt": "import nothing",
        "broken.py": "import flask\ndef (",
        "pkg/mod.py": "import pkg.other\nif 1:\n    with a:\n        import httpx\n",
        "large.py": "import torch\n" + "# filler\n" * 20_000,
    }
    assert imported(sources) == ["flask", "httpx", "numpy", "os", "pandas", "scipy", "torch"]
