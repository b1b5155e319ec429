"""The endpoints over a real socket: forms in, files out."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyter_coding_agent.artifacts.handlers import disposition
from jupyter_coding_agent.core.activity import Activity
from jupyter_coding_agent.web.headers import USER_HEADER, encode_user
from tests.artifacts.conftest import files_in

MIB = 1024 * 1024
EVE = {USER_HEADER: encode_user("eve")}


async def uploaded(
    client: httpx.AsyncClient, name: str = "a.csv", content: bytes = b"a,b\n1,2\n", **fields: str
) -> Any:
    reply = await client.post("/artifacts/upload", files={"file": (name, content)}, data=fields)
    assert reply.status_code == 201, reply.text
    return reply.json()


async def test_a_file_goes_in_and_comes_out_as_it_was(client: httpx.AsyncClient):
    made = await uploaded(client, session_id="s")
    assert (made["name"], made["type"], made["size"], made["indexed"]) == ("a.csv", "uploaded", 8, False)
    assert made["session_id"] == "s"
    shown = (await client.get(f"/artifacts/{made['artifact_id']}")).json()
    assert shown == {name: value for name, value in made.items() if name != "artifacts"}
    reply = await client.get(f"/artifacts/{made['artifact_id']}/download")
    assert (reply.status_code, reply.content) == (200, b"a,b\n1,2\n")


async def test_several_files_in_one_form(client: httpx.AsyncClient):
    form = [
        ("file", ("a.py", b"x = 1\n")),
        ("other", ("empty.txt", b"")),
        ("file", ("b.bin", bytes(range(256)))),
    ]
    made = (await client.post("/artifacts/upload", files=form)).json()
    assert [(one["name"], one["size"]) for one in made["artifacts"]] == [
        ("a.py", 6),
        ("empty.txt", 0),
        ("b.bin", 256),
    ]
    assert made["artifact_id"] == made["artifacts"][0]["artifact_id"]
    for one, (_, (_, content)) in zip(made["artifacts"], form, strict=True):
        assert (await client.get(f"/artifacts/{one['artifact_id']}/download")).content == content


@pytest.mark.parametrize("size", [MIB, MIB + 1])
async def test_the_limit_holds_to_the_byte(client: httpx.AsyncClient, root: Path, size: int):
    reply = await client.post("/artifacts/upload", files={"file": ("big", b"x" * size)})
    assert reply.status_code == (201 if size == MIB else 413)
    assert len(files_in(root)) == (size == MIB)
    if size > MIB:
        assert reply.json()["field"] == "file"


async def test_the_limit_holds_for_the_files_of_a_form_together(client: httpx.AsyncClient, root: Path):
    form = [("file", ("a", b"x" * MIB)), ("file", ("b", b"y"))]
    reply = await client.post("/artifacts/upload", files=form)
    assert (reply.status_code, reply.json()["field"], files_in(root)) == (413, "file", [])


async def test_far_too_large_a_body_is_answered_and_not_cut_off(client: httpx.AsyncClient, root: Path):
    reply = await client.post("/artifacts/upload", files={"file": ("big", b"x" * 20 * MIB)})
    assert (reply.status_code, files_in(root)) == (413, [])
    assert (await client.get("/artifacts")).status_code == 200


FORM = "multipart/form-data; boundary=b"
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n'


@pytest.mark.parametrize(
    ("content_type", "body", "status", "field"),
    [
        ("application/json", b"{}", 400, "Content-Type"),
        ("multipart/form-data", b"", 400, "Content-Type"),
        (f"multipart/form-data; boundary={'b' * 1000}", b"", 400, "Content-Type"),
        (FORM, b"", 400, "body"),
        (FORM, b"no form at all", 400, "body"),
        (FORM, PART, 400, "body"),
        (FORM, b"--b--\r\n", 400, "file"),
        (FORM, PART.replace(b'filename="a"', b'filename=""') + b"--b--\r\n", 400, "file"),
        (
            FORM,
            PART + b'--b\r\nContent-Disposition: form-data; name="nope"\r\n\r\n1\r\n--b--\r\n',
            400,
            "nope",
        ),
        (
            FORM,
            PART + b'--b\r\nContent-Disposition: form-data; name="unpack"\r\n\r\nx\r\n--b--\r\n',
            400,
            "unpack",
        ),
        (FORM, PART + b"--b\r\nX: y\r\n\r\n1\r\n--b--\r\n", 400, "body"),
        (
            FORM,
            PART + b'--b\r\nContent-Disposition: form-data; name="session_id"\r\n\r\n\xff\r\n--b--\r\n',
            400,
            "body",
        ),
        (
            FORM,
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + b"x" * 2000 + b"\r\n--b--\r\n",
            413,
            "file",
        ),
        (FORM, PART * 101 + b"--b--\r\n", 413, "file"),
    ],
)
async def test_a_wrong_form_is_a_sentence_and_leaves_nothing(
    client: httpx.AsyncClient, root: Path, content_type: str, body: bytes, status: int, field: str
):
    reply = await client.post("/artifacts/upload", content=body, headers={"Content-Type": content_type})
    assert (reply.status_code, reply.json()["field"], files_in(root)) == (status, field, [])
    assert (await client.get("/artifacts")).json()["total"] == 0


async def test_a_client_that_goes_in_the_middle_leaves_nothing(
    client: httpx.AsyncClient, root: Path, tmp_path: Path, activity: Activity
):
    with socket.socket(socket.AF_UNIX) as raw:
        raw.connect(str(tmp_path / "s"))
        raw.sendall(
            b"POST /artifacts/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n"
            + f"Content-Type: {FORM}\r\n\r\n".encode()
            + PART[:-2]
            + b"x" * 200_000
        )
        async with asyncio.timeout(5):
            while not files_in(root):
                await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        await activity.idle_for(0)
        while files_in(root):
            await asyncio.sleep(0.01)


async def test_a_list_is_filtered_and_paged(client: httpx.AsyncClient):
    for number in range(5):
        await uploaded(client, f"{number}.py", b"%d" % number, session_id="s" if number % 2 else "t")
    await uploaded(client, "data.csv")
    listed = (await client.get("/artifacts?language=python&limit=2&page=2")).json()
    assert ([one["name"] for one in listed["artifacts"]], listed["total"], listed["page"]) == (
        ["2.py", "1.py"],
        5,
        2,
    )
    assert (await client.get("/artifacts?session_id=s")).json()["total"] == 2
    assert (await client.get("/artifacts?type=uploaded")).json()["total"] == 6
    assert (await client.get("/artifacts?type=output")).json()["total"] == 0
    for wrong, field in (("type=nope", "type"), ("limit=101", "limit"), ("page=0", "page"), ("x=1", "x")):
        reply = await client.get(f"/artifacts?{wrong}")
        assert (reply.status_code, reply.json()["field"]) == (400, field)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 6, 7])
async def test_the_pages_together_are_the_list(client: httpx.AsyncClient, limit: int):
    for number in range(6):
        await uploaded(client, f"{number}.py", b"%d" % number)
    names: list[str] = []
    for page in range(1, 6 // limit + 3):
        listed = (await client.get(f"/artifacts?limit={limit}&page={page}")).json()
        names += [one["name"] for one in listed["artifacts"]]
    assert names == ["5.py", "4.py", "3.py", "2.py", "1.py", "0.py"]


@pytest.mark.parametrize("session", ["none", "u"])
async def test_a_session_that_is_not_there_or_not_ones_own_is_told(client, root: Path, session: str):
    form = {"file": ("a", b"x")}
    reply = await client.post("/artifacts/upload", files=form, data={"session_id": session})
    assert (reply.status_code, reply.json()["field"], files_in(root)) == (404, "session_id", [])


async def test_what_is_anothers_is_not_there(client: httpx.AsyncClient):
    path = f"/artifacts/{(await uploaded(client))['artifact_id']}"
    for verb, where in (
        ("GET", path),
        ("DELETE", path),
        ("GET", f"{path}/download"),
        ("GET", "/artifacts/art_none"),
    ):
        reply = await client.request(verb, where, headers=EVE)
        assert (reply.status_code, reply.json()["reason"]) == (404, "not_found"), where
    assert (await client.get("/artifacts", headers=EVE)).json()["total"] == 0
    assert (await client.get(path)).status_code == 200


async def test_deleted_is_gone_with_its_file(client: httpx.AsyncClient, root: Path):
    path = f"/artifacts/{(await uploaded(client))['artifact_id']}"
    assert len(files_in(root)) == 1
    reply = await client.delete(path)
    assert (reply.status_code, reply.content, files_in(root)) == (204, b"", [])
    assert (await client.get(path)).status_code == 404
    assert (await client.delete(path)).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "content", "where"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=5-100", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("nonsense", 200, b"0123456789", None),
    ],
)
async def test_a_part_of_a_file(client, asked: str, status: int, content: bytes, where: str | None):
    made = await uploaded(client, content=b"0123456789")
    reply = await client.get(f"/artifacts/{made['artifact_id']}/download", headers={"Range": asked})
    assert (reply.status_code, reply.headers.get("Content-Range")) == (status, where)
    if status != 416:
        assert reply.content == content


async def test_a_browser_saves_it_and_runs_nothing(client: httpx.AsyncClient):
    made = await uploaded(client, 'x"; é.html', b"<script>alert(1)</script>")
    path = f"/artifacts/{made['artifact_id']}/download"
    for reply in (await client.get(path), await client.head(path)):
        assert reply.headers["Content-Type"] == "text/html"
        assert reply.headers["Content-Disposition"].startswith("attachment; filename=")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in reply.headers["Content-Security-Policy"]
        assert reply.headers["Content-Length"] == "25"
    again = await client.get(path, headers={"If-None-Match": reply.headers["Etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_name_is_told_in_both_ways():
    assert disposition(
        'ord/é"%.csv'
    ) == "attachment; filename=\"____.csv\"; filename*=UTF-8''%C3%A9%22%25.csv".replace("____", "___")


async def test_a_file_that_was_taken_away_is_a_sentence(client: httpx.AsyncClient, root: Path):
    made = await uploaded(client)
    (root / files_in(root)[0]).unlink()
    reply = await client.get(f"/artifacts/{made['artifact_id']}/download")
    assert (reply.status_code, reply.json()["reason"]) == (404, "not_found")
    assert (await client.delete(f"/artifacts/{made['artifact_id']}")).status_code == 204


async def test_another_verb_is_refused(client: httpx.AsyncClient):
    assert (await client.get("/artifacts/upload")).status_code == 405
    assert (await client.put("/artifacts/upload", content=b"x" * 1000)).status_code == 405
