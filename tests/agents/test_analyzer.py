import pytest

from jupyter_coding_agent.agents.analyzer import analyze, detect_language
from jupyter_coding_agent.agents.models import ContextCell
from jupyter_coding_agent.agents.requirements import named_by_user
from tests.agents.fakes import a_task
from tests.work import calls_of


@pytest.mark.parametrize(
    ("prompt", "language", "sure"),
    [
        ("Write a Python function that adds", "python", True),
        ("Write this in JavaScript: a debounce helper", "javascript", True),
        ("Write a debounce function in TypeScript", "typescript", True),
        ("Create a Java class for a queue", "java", True),
        ("Write a Go function that reverses a slice", "go", True),
        ("Write a worker pool in golang", "go", True),
        ("Write a C# class that parses dates", "csharp", True),
        ("Write an SQL query that joins two tables", "sql", True),
        ("Give me a MongoDB aggregation", "mongodb", True),
        ("Fix this:\n```js\nf()\n```", "javascript", True),
        ("Fix this:\n```golang\nf()\n```", "go", True),
        ("Fill in utils.py", "python", True),
        ("Complete src/App.tsx", "typescript", True),
        ("Plot a histogram with matplotlib", "python", True),
        ("Write a function that goes to go and back", "python", False),
        ("Add two numbers", "python", False),
        ("Write a function that parses javascript", "javascript", False),
        ("Write the report about java coffee", "java", False),
        ("Translate this Python code to JavaScript", "javascript", True),
    ],
)
def test_language_without_a_kernel(prompt: str, language: str, sure: bool):
    found = detect_language(prompt)
    assert found.language == language
    assert found.sure is sure


@pytest.mark.parametrize(
    ("prompt", "language", "sure"),
    [
        ("Add two numbers", "python", True),
        ("Parse javascript source", "python", False),
        ("Query the SQL database sales.db and plot it", "python", True),
        ("Convert the frame to SQL", "python", True),
        ("Write a JavaScript function", "javascript", True),
        ("Port this Python function to Go", "go", True),
        ("Convert the JavaScript dates in df to Python dates", "python", True),
        ("Write an SQL query that joins two tables", "sql", False),
    ],
)
def test_language_in_a_python_notebook(prompt: str, language: str, sure: bool):
    found = detect_language(prompt, kernel_language="python")
    assert found.language == language
    assert found.sure is sure


def test_a_given_language_is_sure():
    plan = analyze(a_task("Write it in Java", language="python"), "7")
    assert (plan.language, plan.language_sure, plan.prompts_version) == ("python", True, "7")


def test_a_language_that_is_not_given_is_found():
    plan = analyze(a_task("Add numbers", language=None), "1")
    assert (plan.language, plan.language_sure) == ("python", False)
    plan = analyze(a_task("Add numbers", language=None, kernel_python="3.11"), "1")
    assert (plan.language, plan.language_sure) == ("python", True)


def test_examples_are_hard_only_where_they_can_be_read():
    assert [e.call for e in analyze(a_task("f(2) == 5"), "1").examples] == ["f(2)"]
    assert analyze(a_task("f(2) == 5", language="javascript"), "1").examples == []


def test_the_preference_moves_the_tier_and_a_given_tier_stays():
    assert analyze(a_task("Add numbers"), "1").tier == "simple"
    assert analyze(a_task("Add numbers", preference="quality"), "1").tier == "medium"
    assert analyze(a_task("Add numbers", preference="fast"), "1").tier == "simple"
    assert analyze(a_task("Add numbers", preference="fast", tier="complex"), "1").tier == "complex"


@pytest.mark.parametrize(
    "piece", ["a-", "a.", "a/", "use ", "in ", "convert ", "an sql ", "python ", "```js\n", " "]
)
def test_a_long_prompt_is_little_work(piece: str):
    prompt = piece * (100_000 // len(piece))
    assert calls_of(detect_language, prompt, "python") < 500_000
    assert calls_of(named_by_user, prompt, ["x"]) < 500_000


def test_the_notebook_says_which_examples_are_of_the_solution():
    cells = [ContextCell(source="assert slug('A') == 'a'")]
    prompt = "Write slug(text) with the help of lower. lower('A') == 'a'"
    plan = analyze(a_task(prompt, cells=cells, variables={"lower": "function"}), "1")
    assert [example.call for example in plan.examples] == ["slug('A')"]
