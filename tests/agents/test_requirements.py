import pytest

from jupyter_coding_agent.agents.requirements import name_of, named_by_user


@pytest.mark.parametrize(
    ("requirement", "name"),
    [("PyYAML>=6", "pyyaml"), (" odd_lib[extra] ; x", "odd-lib"), ("a", "a"), ("", ""), ("-r x", "")],
)
def test_the_name_of_a_requirement(requirement: str, name: str):
    assert name_of(requirement) == name


@pytest.mark.parametrize(
    "prompt",
    [
        "Read it using odd_lib.",
        "use `Odd-Lib` for it",
        "pip install odd.lib",
        "import odd_lib",
        "with the package odd-lib",
        "with the odd-lib library",
        "with the `odd-lib` package",
    ],
)
def test_a_package_beside_a_word_for_packages_is_named(prompt: str):
    assert named_by_user(prompt, ["odd-lib>=2", "other"]) == ["odd-lib"]


@pytest.mark.parametrize("prompt", ["Sort the colors.", "Plot with colors.", "", "`colors` is a column"])
def test_a_plain_word_is_no_package(prompt: str):
    assert named_by_user(prompt, ["colors"]) == []
