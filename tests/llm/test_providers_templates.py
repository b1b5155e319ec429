from __future__ import annotations

import pytest

from jupyter_coding_agent.core.errors import NoTemplateFits
from jupyter_coding_agent.llm.providers.base import ProviderFailure
from jupyter_coding_agent.llm.providers.templates import TemplateProvider, TemplatesCantRepair
from tests.llm.fakes import FakeLibrary, Rendered, request


async def test_code_comes_fenced_with_its_requirements() -> None:
    rendered = Rendered(files={"solution.py": "x = 1\n", "notes.txt": "hi"}, requirements=["pandas", "numpy"])
    text, name, _ = await TemplateProvider(FakeLibrary(rendered)).complete(request())
    assert name == "templates/mean"
    assert "```python path=solution.py\nx = 1\n```" in text
    assert "```text path=notes.txt\nhi\n```" in text
    assert "```requirements\npandas\nnumpy\n```" in text
    assert "built-in template" in text


async def test_tests_are_asked_for_apart() -> None:
    text, *_ = await TemplateProvider(FakeLibrary(Rendered())).complete(request(purpose="tests"))
    assert "```python path=test_solution.py\ndef test(): pass\n```" in text
    assert "solution.py\nprint" not in text


async def test_a_file_with_fences_in_it_gets_longer_ones() -> None:
    rendered = Rendered(files={"solution.py": '"""\n````\nx\n````\n"""'})
    text, *_ = await TemplateProvider(FakeLibrary(rendered)).complete(request())
    assert '`````python path=solution.py\n"""\n````\nx\n````\n"""\n`````' in text


async def test_the_library_gets_the_user_s_own_words() -> None:
    library = FakeLibrary(Rendered())
    await TemplateProvider(library).complete(request(prompt="the mean", template_id="mean"))
    assert library.asked == [("the mean", "python", "mean")]


async def test_questions_are_answered_by_how_to_set_up_a_model() -> None:
    text, name, _ = await TemplateProvider(FakeLibrary()).complete(request(purpose="chat"))
    assert name == "templates"
    assert "doctor" in text
    assert "No language model" in text


async def test_what_it_can_t_do_it_says() -> None:
    provider = TemplateProvider(FakeLibrary(Rendered(tests={})))
    with pytest.raises(TemplatesCantRepair, match="can't repair"):
        await provider.complete(request(purpose="repair"))
    with pytest.raises(ProviderFailure, match="has no tests"):
        await provider.complete(request(purpose="tests"))
    with pytest.raises(NoTemplateFits):
        await TemplateProvider(FakeLibrary()).complete(request())


async def test_of_a_change_of_an_earlier_result_it_says_what_to_do() -> None:
    provider = TemplateProvider(FakeLibrary())
    with pytest.raises(NoTemplateFits) as refused:
        await provider.complete(request(prompt="make it faster", goes_on=True))
    for piece in (
        "GROQ_API_KEY",
        "Ollama",
        "restart Jupyter and ask this again in the same session",
        "doctor",
    ):
        assert piece in refused.value.message
    for piece in ("%agent validate", "POST /validate", "%agent templates", "GET /templates"):
        assert piece in refused.value.message


async def test_only_code_from_a_template_that_nobody_named_is_counted_here() -> None:
    library = FakeLibrary(Rendered())
    provider = TemplateProvider(library)
    await provider.complete(request(purpose="tests"))
    await provider.complete(request(template_id="mean"))
    assert library.counted == []
    await provider.complete(request())
    assert library.counted == ["mean"]
