"""Nobody sees what is another user's: every endpoint that there is, walked by two users on a real engine.

The walk follows the route table. An endpoint with an id in its path that `OWNED` and `PUBLIC` don't know fails the
test, and so does an id in a body or a query that `IDS_IN_REQUESTS` and `NAMED` don't: say there what it stands for.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from traitlets.config import Config

from jupyter_coding_agent.core.paths import database_path
from jupyter_coding_agent.engine import Engine
from jupyter_coding_agent.web.handlers import Route
from jupyter_coding_agent.web.headers import USER_HEADER, encode_user
from jupyter_coding_agent.web.openapi import DOCUMENT
from tests.engine_process import NO_DOCKER
from tests.serving import served

ADA, EVE = "ada", "eve/../ada"
SECRET = "xyzzy-what-only-ada-may-read"
VERBS = ("get", "post", "put", "patch", "delete")

Ask = Callable[..., Awaitable[httpx.Response]]


def words(user: str) -> str:
    return SECRET if user == ADA else "nothing in particular"


async def an_execution(ask: Ask, user: str) -> list[str]:
    """The id of an ended execution of the user's."""
    name = (await ask(user, "POST", "/execute", json={"prompt": words(user)})).json()["execution_id"]
    await ask(user, "GET", f"/execute/{name}/stream")
    return [name]


async def a_session(ask: Ask, user: str) -> list[str]:
    """The ids of a session of the user's and of a message in it."""
    session = (await ask(user, "POST", "/sessions", json={"title": words(user)})).json()["session_id"]
    said = {"role": "user", "text": words(user)}
    message = (await ask(user, "POST", f"/sessions/{session}/messages", json=said)).json()["message_id"]
    return [session, message]


async def an_artifact(ask: Ask, user: str) -> list[str]:
    """The id of a file that the user uploaded, with itself as its thumbnail."""
    files = {"file": (f"{words(user)}.txt", words(user).encode())}
    made = (await ask(user, "POST", "/artifacts/upload", files=files)).json()["artifact_id"]
    await asyncio.to_thread(give_thumbnails, ask.database)  # type: ignore[attr-defined]
    return [made]


def give_thumbnails(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE artifacts SET thumbnail_sha256 = sha256")


OWNED: dict[str, Callable[[Ask, str], Awaitable[list[str]]]] = {
    "execute": an_execution,
    "executions": an_execution,
    "sessions": a_session,
    "artifacts": an_artifact,
    "security": an_execution,
}
"""The first part of a path with ids → how a user comes by them."""
PUBLIC: dict[str, str] = {"templates": "the library is everybody's; only how often one was used is counted"}
"""The first part of a path whose ids are everybody's, and why."""
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("/sessions/([^/]+)", "patch"): {"title": "another"},
    ("/sessions/([^/]+)/messages", "post"): {"role": "user", "text": "more"},
    ("/sessions/([^/]+)/messages/([^/]+)", "patch"): {"pinned": True},
}
"""Route and verb → a body that the owner's request needs; an empty one if not here."""
IDS_IN_REQUESTS = {
    ("/execute", "template_id"): "the library is everybody's",
    ("/chat", "template_id"): "the library is everybody's",
    ("/executions", "session_id"): "filters the user's own executions",
    ("/artifacts", "session_id"): "filters the user's own artifacts",
    ("/artifacts", "execution_id"): "filters the user's own artifacts",
    ("/artifacts/upload", "session_id"): "a word on the user's own artifact; no row is read by it",
}
"""Path and name of ids in bodies and queries that can't reach another user's rows, and why."""
NAMED: dict[tuple[str, str], tuple[str, str, Callable[[str], dict[str, Any]]]] = {
    ("/execute", "session_id"): ("sessions", "/execute", lambda name: {"prompt": "x", "session_id": name}),
    ("/execute", "context_artifacts"): (
        "artifacts",
        "/execute",
        lambda name: {"prompt": "x", "context_artifacts": [name]},
    ),
    ("/notebooks/prove", "context_artifacts"): (
        "artifacts",
        "/notebooks/prove",
        lambda name: {"cells": [{"source": "1"}], "context_artifacts": [name]},
    ),
    ("/chat", "session_id"): (
        "sessions",
        "/chat",
        lambda name: {"message": "x", "intent": "code", "session_id": name},
    ),
    ("/chat", "context_artifacts"): (
        "artifacts",
        "/chat",
        lambda name: {"message": "x", "intent": "code", "context_artifacts": [name]},
    ),
    ("/sessions/{session_id}/messages", "execution_id"): (
        "execute",
        "/sessions/{own}/messages",
        lambda name: {"role": "user", "text": "x", "execution_id": name},
    ),
}
"""Path and name of ids in bodies that name a row of some kind → the kind, and a request that does so."""


def config(**rules: Any) -> Config:
    return Config(
        {
            "RunnerSettings": {"docker_host": NO_DOCKER},
            "ModelSettings": {"llm_provider": ["templates"]},
            "PolicySettings": rules,
        }
    )


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    started = await Engine.start(data, config(), environ={})
    yield started
    await started.close()


@pytest.fixture
async def ask(engine: Engine, tmp_path: Path) -> AsyncIterator[Ask]:
    async with served(engine.routes(), tmp_path / "private" / "socket") as client:

        async def call(user: str, verb: str, path: str, **more: Any) -> httpx.Response:
            return await client.request(verb, path, headers={USER_HEADER: encode_user(user)}, **more)

        call.client = client  # type: ignore[attr-defined]
        call.database = database_path(tmp_path / "data")  # type: ignore[attr-defined]
        yield call


def endpoints(routes: list[Route]) -> list[tuple[str, str]]:
    """Pattern and verb of everything that the engine serves."""
    return [
        (pattern, verb)
        for pattern, handler, _ in routes
        for verb in VERBS
        # A verb that a handler doesn't have is tornado's own, which answers 405.
        if getattr(handler, verb).__module__ != "tornado.web"
    ]


def filled(pattern: str, names: list[str]) -> str:
    """The path of a route with `names` in the places of its groups."""
    waiting = iter(names)
    return re.sub(r"\([^)]*\)", lambda _: next(waiting), pattern).replace("\\", "")


async def test_what_has_an_id_is_there_for_its_owner_and_for_nobody_else(engine: Engine, ask: Ask):
    walked = set()
    # What deletes comes last.
    for pattern, verb in sorted(endpoints(engine.routes()), key=lambda endpoint: VERBS.index(endpoint[1])):
        kind = pattern.split("/")[1]
        if "(" not in pattern or kind in PUBLIC:
            continue
        assert kind in OWNED, (
            f"{pattern} is new: tell OWNED how a user comes by its id, or PUBLIC why nobody owns it"
        )
        names = await OWNED[kind](ask, ADA)
        path, body = filled(pattern, names), BODIES.get((pattern, verb), {})
        sent = {} if verb in ("get", "delete") else {"json": body}
        refused = await ask(EVE, verb.upper(), path, **sent)
        assert (refused.status_code, refused.json()["reason"]) == (404, "not_found"), (verb, path)
        assert SECRET not in refused.text
        nobodys = await ask(EVE, verb.upper(), filled(pattern, ["nobody", *names[1:]]), **sent)
        assert nobodys.text.replace("nobody", names[0]) == refused.text, "a difference tells that it exists"
        if pattern.count("(") > 1:
            mixed = filled(pattern, [(await OWNED[kind](ask, EVE))[0], *names[1:]])
            assert (await ask(EVE, verb.upper(), mixed, **sent)).status_code == 404, (verb, mixed)
        # The same request of the owner's finds it: it was refused for the user, not for anything else.
        found = await ask(ADA, verb.upper(), path, **sent)
        assert found.status_code < 400 or found.status_code == 409, (verb, path, found.text)
        walked.add((pattern, verb))
    assert (r"/execute/([^/]+)", "get") in walked
    assert len(walked) >= 7


async def test_lists_streams_and_numbers_hold_nothing_of_anothers(engine: Engine, ask: Ask):
    hers = [name for kind in OWNED if kind != "execute" for name in (await OWNED[kind](ask, ADA))[:1]]
    searched = (await ask(EVE, "GET", "/sessions", params={"q": SECRET})).json()["total"]
    assert searched == 0
    last = (await an_execution(ask, ADA))[0]
    own = (await an_execution(ask, EVE))[0]
    seen_by_ada = ""
    for pattern, verb in endpoints(engine.routes()):
        if verb != "get" or "(" in pattern:
            continue
        path = filled(pattern, [])
        seen_by_ada += await everything(ask, ADA, path, until=last)
        seen = await everything(ask, EVE, path, until=own)
        assert SECRET not in seen, path
        assert [name for name in hers if name in seen] == [], path
    assert SECRET in seen_by_ada
    assert all(name in seen_by_ada for name in hers)
    stats = {user: (await ask(user, "GET", "/stats")).json()["executions"] for user in (ADA, EVE)}
    assert stats == {ADA: 3, EVE: 1}


async def everything(ask: Ask, user: str, path: str, *, until: str) -> str:
    """The answer's text; of a stream that has no end, up to the last event of execution `until`."""
    text = ""
    headers = {USER_HEADER: encode_user(user), "Last-Event-ID": "0"}
    async with ask.client.stream("GET", path, headers=headers) as answer:  # type: ignore[attr-defined]
        async for line in answer.aiter_lines():
            text += f"{line}\n"
            if answer.headers["Content-Type"].startswith("text/event-stream") and until in line:
                last = text.rpartition("event: ")[2].partition("\n")[0]
                if last in ("completed", "error"):
                    break
    return text


def test_every_id_in_a_body_or_a_query_is_accounted_for():
    document = yaml.safe_load(DOCUMENT.read_text())
    found = set()
    for path, item in document["paths"].items():
        for verb in set(VERBS) & item.keys():
            operation = item[verb]
            content = operation.get("requestBody", {}).get("content", {})
            names = {
                name
                for media in content.values()
                for name in resolved(document, media["schema"]).get("properties", {})
            }
            parameters = [resolved(document, one) for one in operation.get("parameters", [])]
            names |= {one["name"] for one in parameters if one["in"] == "query"}
            found |= {(path, name) for name in names if re.search(r"_ids?$|artifacts$", name)}
    known = IDS_IN_REQUESTS.keys() | NAMED.keys()
    assert found == known, "say in IDS_IN_REQUESTS or NAMED what each stands for"


async def test_nothing_of_anothers_can_be_named_in_a_request(ask: Ask):
    for where, (kind, target, body) in NAMED.items():
        path = target.replace("{own}", (await a_session(ask, EVE))[0])
        name = (await OWNED[kind](ask, ADA))[0]
        refused = await ask(EVE, "POST", path, json=body(name))
        assert (refused.status_code, refused.json()["reason"]) == (404, "not_found"), where
        own = (await OWNED[kind](ask, EVE))[0]
        taken = await ask(EVE, "POST", path, json=body(own))
        # What runs at once gets as far as the container engine, which there is none of here.
        assert taken.status_code < 300 or taken.json()["reason"] == "no_container_engine", where


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """What a ``$ref`` refers to."""
    while "$ref" in node:
        found: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


# What a notebook asks by itself, for each of its proved cells.
UNCOUNTED = ["/coding-agent/receipts/verify"]


async def test_every_post_of_every_room_counts_against_the_users_limit(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    engine = await Engine.start(data, config(posts_per_minute=1), environ={})
    application = engine.application()
    try:
        async with served([], tmp_path / "private" / "socket", application=application) as client:
            headers = {USER_HEADER: encode_user(EVE)}
            first = await client.post("/coding-agent/validate", json={}, headers=headers)
            assert first.status_code == 400
            walked = 0
            for pattern, verb in endpoints(engine.routes()):
                path = f"/coding-agent{filled(pattern, ['x', 'x'])}"
                if verb == "post" and path not in UNCOUNTED:
                    refused = await client.post(path, json={}, headers=headers)
                    assert (refused.status_code, refused.json()["reason"]) == (429, "quota_exceeded"), path
                    assert 1 <= int(refused.headers["Retry-After"]) <= 60, path
                    walked += 1
            assert walked >= 5
            for path in UNCOUNTED:
                assert (await client.post(path, json={}, headers=headers)).status_code == 400
            assert (await client.get("/coding-agent/executions", headers=headers)).status_code == 200
            other = await client.post("/coding-agent/validate", json={}, headers={USER_HEADER: ADA})
            assert json.loads(other.text)["reason"] == "invalid_input"
    finally:
        await engine.close()
