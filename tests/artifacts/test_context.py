"""What an execution is told of a file, and which files it may be given."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_coding_agent.artifacts import service as artifacts
from jupyter_coding_agent.artifacts.models import ContextFile, Uploaded, UploadOptions
from jupyter_coding_agent.artifacts.service import ArtifactService
from jupyter_coding_agent.core.errors import AgentError, InvalidInput, NotFound, TooLarge
from tests.artifacts.churning import FORM, part
from tests.artifacts.conftest import Start


async def kept(service: ArtifactService, name: str, content: bytes, user: str = "ada") -> Uploaded:
    taking = service.upload(user, FORM)
    await taking.take(part(name, content))
    await taking.take(b"--b--\r\n")
    return await taking.finish()


async def described(service: ArtifactService, name: str, content: bytes) -> ContextFile:
    (file,) = await service.context("ada", [(await kept(service, name, content)).artifact_id])
    assert file.location.read_bytes() == content
    assert (file.path, file.size) == (name, len(content))
    return file


@pytest.mark.parametrize(
    ("name", "content", "description"),
    [
        (
            "a.csv",
            b"id,amount,who,gone\n1,2.5,x,\n2,3,y,\n",
            "columns: 'id' integer, 'amount' number, 'who' text, 'gone' empty",
        ),
        ("a.csv", b"id;b\n1;2\n", "columns separated by ';': 'id' integer, 'b' integer"),
        ("a.tsv", b"id\tb\n1\tx\n", "columns: 'id' integer, 'b' text"),
        ("a.csv", b"\xef\xbb\xbfid\n1\n", "columns: 'id' integer"),
        ("a.csv", b"", "empty"),
        ("a.csv", b'"quoted, name",b\n"1,5",2\n', "columns: 'quoted, name' text, 'b' integer"),
        ("a.json", b'{"a": 1, "b": [1]}', "an object with 'a' int, 'b' list"),
        ("a.json", b'[{"a": 1}, {}]', "a list of 2, the first an object with 'a' int"),
        ("a.json", b"{nope", "not well-formed"),
        ("a.json", b"[" * 60_000, "not well-formed"),
        ("a.jsonl", b'{"a": "x"}\n{"a": 1}\n', "a line: an object with 'a' str"),
        ("a.txt", b"hello", "text/plain, 5 bytes"),
    ],
)
async def test_columns_and_types_are_told(
    service: ArtifactService, name: str, content: bytes, description: str
):
    assert (await described(service, name, content)).description.endswith(description)


async def test_no_value_is_in_what_any_model_may_see(service: ArtifactService):
    file = await described(service, "a.csv", b"name,amount\nsecret-ada,4711\n")
    assert "secret-ada" not in file.description
    assert "4711" not in file.description
    assert file.head == "name,amount\nsecret-ada,4711"
    listed = await described(service, "a.json", b'[{"name": "secret-ada"}]')
    assert "secret-ada" not in listed.description


async def test_a_head_is_short_and_only_of_text(service: ArtifactService):
    assert len((await described(service, "a.txt", b"x" * 100_000)).head) <= 2000
    assert (await described(service, "a.csv", b"a\n" * 500)).head.count("\n") < 20
    for content in (b"\0binary", b"\xff\xfe latin", bytes(range(256))):
        assert (await described(service, "a.csv", content)).head == ""


async def test_a_long_table_is_told_by_its_beginning(start: Start):
    service = await start()
    lines = b"".join(b"%d,\xc3\xa9\n" % number for number in range(60_000))
    file = await described(service, "a.csv", b"id,name\n" + lines)
    assert file.description.endswith("columns: 'id' integer, 'name' text")


async def test_files_that_cannot_be_given_name_the_field(start: Start):
    service = await start()
    mine = (await kept(service, "a.csv", b"1")).artifact_id
    same = (await kept(service, "A.CSV", b"2")).artifact_id
    theirs = (await kept(service, "a.csv", b"1", user="eve")).artifact_id
    large = [(await kept(service, f"{n}.bin", bytes([n]) * 11 * 2**20)).artifact_id for n in range(2)]
    cases: list[tuple[list[str], type[AgentError]]] = [
        (["art_none"], NotFound),
        ([mine, theirs], NotFound),
        ([mine, same], InvalidInput),
        (large, TooLarge),
        ([f"art_{n}" for n in range(artifacts.MAX_CONTEXT_FILES + 1)], TooLarge),
    ]
    for ids, kind in cases:
        with pytest.raises(kind) as refused:
            await service.context("ada", ids)
        assert refused.value.field == "context_artifacts"
    assert len(await service.context("ada", [mine, mine, large[0]])) == 2


def test_an_upload_has_no_other_options():
    assert set(UploadOptions.model_fields) == {"session_id", "unpack"}


async def test_a_file_below_a_folder_keeps_its_place(service: ArtifactService, tmp_path: Path):
    from tests.artifacts.test_bundles import archive

    taking = service.upload("ada", FORM)
    await taking.take(part("f.zip", archive(("data/in.csv", b"1"))))
    await taking.take(b'--b\r\nContent-Disposition: form-data; name="unpack"\r\n\r\ntrue\r\n--b--\r\n')
    made = await taking.finish()
    (file,) = await service.context("ada", [made.artifact_id])
    assert file.path == "data/in.csv"
