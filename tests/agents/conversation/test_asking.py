from pathlib import Path

import pytest

from jupyter_coding_agent.agents.analyzer import analyze
from jupyter_coding_agent.agents.budget import Budget
from jupyter_coding_agent.agents.classify import Halted
from jupyter_coding_agent.agents.coder import write_code
from jupyter_coding_agent.agents.conversation.asking import Asker
from jupyter_coding_agent.agents.conversation.prompting import Prompts
from jupyter_coding_agent.agents.models import Attempt
from jupyter_coding_agent.agents.repairer import repair
from jupyter_coding_agent.agents.tester import count_tests, write_tests
from jupyter_coding_agent.core.errors import ModelUnavailable, StorageUnavailable
from jupyter_coding_agent.llm.models import DataSample
from jupyter_coding_agent.validation.models import InputFile
from tests.agents.fakes import (
    FAIL,
    RIGHT,
    TESTS,
    TESTS_REPLY,
    WRONG,
    ScriptedModel,
    a_task,
    code_reply,
    completion,
    fenced,
)

SUITE = {"test_solution.py": TESTS}


def an_asker(model: ScriptedModel, **values) -> Asker:
    prompts = Prompts()
    task = a_task(**values)
    plan = analyze(task, prompts.version)
    return Asker(model, prompts, prompts.language("python"), task, plan, Budget(0, 60))


def an_attempt(number: int, text: str, **values) -> Attempt:
    return Attempt(
        number=number,
        files={"solution.py": text},
        diff="",
        verdict=FAIL,
        error_class="assertion",
        started_at="",
        finished_at="",
        **values,
    )


async def test_a_request_carries_what_the_models_need():
    model = ScriptedModel(TESTS_REPLY)
    samples = [DataSample(name="df", text="1,2")]
    await write_tests(an_asker(model, tier="complex", template_id="t", samples=samples, user="ann"))
    (request,) = model.requests
    assert (request.tier, request.template_id, request.samples) == ("complex", "t", samples)
    assert (request.prompt, request.language) == ("Write add(a, b).", "python")
    assert (request.execution_id, request.user) == ("exe_1", "ann")
    assert request.max_tokens == 8192


async def test_an_unusable_reply_is_asked_for_again_with_the_reason():
    model = ScriptedModel("I don't know.", TESTS_REPLY)
    asker = an_asker(model)
    answer = await write_tests(asker)
    assert answer.reply.files == SUITE
    again = model.requests[1].messages
    assert [message.role for message in again] == ["system", "user", "assistant", "user"]
    assert again[2].content == "I don't know."
    assert "no code" in again[3].content
    assert "path=test_solution.py" in again[3].content
    assert answer.completion.cost_usd == pytest.approx(0.002)
    assert (answer.completion.input_tokens, len(answer.completion.hops)) == (200, 2)
    assert asker.budget.cost_usd == pytest.approx(0.002)


async def test_an_empty_reply_is_quoted_as_such():
    model = ScriptedModel("", TESTS_REPLY)
    await write_tests(an_asker(model))
    assert model.requests[1].messages[2].content == "(nothing)"


async def test_two_unusable_replies_end_it_with_a_sentence():
    model = ScriptedModel("no", "")
    asker = an_asker(model)
    with pytest.raises(Halted) as halt:
        await write_tests(asker)
    assert "scripted/one answered twice" in halt.value.sentence
    assert "The reply is empty." in halt.value.sentence
    assert asker.budget.cost_usd == pytest.approx(0.002)


async def test_a_reply_that_was_cut_off_gets_more_room():
    cut = completion("```python path=solution.py\ndef add(", truncated=True)
    model = ScriptedModel(cut, code_reply(RIGHT))
    await write_code(an_asker(model), SUITE)
    assert [request.max_tokens for request in model.requests] == [4096, 8192]
    assert "breaks off" in model.requests[1].messages[3].content


async def test_a_refusal_is_not_argued_with():
    model = ScriptedModel("REFUSED: It would steal passwords.")
    with pytest.raises(Halted, match="declined the request: It would steal passwords"):
        await write_code(an_asker(model), SUITE)
    assert len(model.requests) == 1


async def test_no_model_is_a_sentence_and_full_storage_goes_through():
    with pytest.raises(Halted, match="Set up a model"):
        await write_tests(an_asker(ScriptedModel(ModelUnavailable("Set up a model."))))
    with pytest.raises(StorageUnavailable):
        await write_tests(an_asker(ScriptedModel(StorageUnavailable("The disk is full."))))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def test_x(:\n", "not valid Python"),
        ("def check():\n    pass\n", "no test function"),
        ("".join(f"def test_{n}():\n    pass\n" for n in range(201)), "at most 200"),
    ],
)
async def test_tests_must_hold_tests(text: str, reason: str):
    model = ScriptedModel(fenced("test_solution.py", text), TESTS_REPLY)
    await write_tests(an_asker(model))
    assert reason in model.requests[1].messages[3].content


def test_tests_are_counted():
    assert count_tests({"test_a.py": TESTS, "test_b.py": TESTS, "conftest.py": ""}) == 4


async def test_one_file_of_another_name_becomes_the_solution():
    model = ScriptedModel(fenced("adder.py", RIGHT))
    answer = await write_code(an_asker(model), SUITE)
    assert answer.reply.files == {"solution.py": RIGHT}
    assert answer.reply.notes == ["adder.py was taken as solution.py."]


@pytest.mark.parametrize("path", ["adder.py", "adder/__init__.py"])
async def test_a_file_that_the_tests_import_keeps_its_name(path: str):
    model = ScriptedModel(fenced(path, RIGHT))
    answer = await write_code(an_asker(model), {"test_x.py": "from adder import add\n"})
    assert answer.reply.files == {path: RIGHT}


async def test_several_files_without_the_solution_are_asked_for_again():
    model = ScriptedModel(fenced("a.py", RIGHT) + fenced("b.py", RIGHT), code_reply(RIGHT))
    await write_code(an_asker(model), SUITE)
    assert "solution.py is missing" in model.requests[1].messages[3].content


async def test_a_repair_keeps_what_it_does_not_give():
    last = an_attempt(1, WRONG, requirements=["rich"])
    last.files["helper.py"] = "x = 1\n"
    model = ScriptedModel(code_reply(RIGHT))
    answer = await repair(an_asker(model), SUITE, [last])
    assert answer.reply.files == {"solution.py": RIGHT, "helper.py": "x = 1\n"}
    assert answer.reply.requirements == ["rich"]
    assert model.requests[0].temperature == 0


async def test_a_repair_may_change_the_requirements():
    model = ScriptedModel(code_reply(RIGHT) + "```requirements\nhttpx\n```\n")
    answer = await repair(an_asker(model), SUITE, [an_attempt(1, WRONG, requirements=["rich"])])
    assert answer.reply.requirements == ["httpx"]


async def test_after_a_repetition_it_is_asked_differently():
    model = ScriptedModel(code_reply(RIGHT))
    await repair(an_asker(model), SUITE, [an_attempt(1, WRONG), an_attempt(2, WRONG)])
    assert model.requests[0].temperature > 0
    assert "repeated code that had already failed" in model.prompt(0)


async def test_files_in_the_working_directory_are_told_as_data():
    model = ScriptedModel(TESTS_REPLY)
    given = InputFile(
        path="orders.csv", size=9, sha256="0", location=Path("/x"), description="columns: 'id' integer"
    )
    await write_tests(an_asker(model, inputs=[given]))
    (request,) = model.requests
    text = request.messages[-1].content
    assert "orders.csv: columns: 'id' integer\n</data-" in text
    assert "/x" not in text
