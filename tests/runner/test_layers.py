from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from jupyter_coding_agent.core.errors import (
    AgentError,
    PackageNotAllowed,
    RunnerUnavailable,
    SettingError,
    TimedOut,
    Unprocessable,
)
from jupyter_coding_agent.runner.backends.protocol import BASE_LABEL, IMAGE_LABEL, Container
from jupyter_coding_agent.runner.layers import Layers, layer_tag, normalized, verdict
from jupyter_coding_agent.runner.settings import RunnerSettings
from jupyter_coding_agent.runner.wire import Frame
from tests.runner.fakes import IMAGE, FakeBackend, FakeChannel, settle


def succeeds(channel: FakeChannel, _frame: Frame) -> None:
    channel.say({"t": "line", "text": "Collecting humanize"}, {"t": "end", "code": 0})
    channel.end()


class Shop:
    def __init__(self, reply: Any = succeeds, **settings: Any) -> None:
        self.backend = FakeBackend(reply)
        self.backend.ready = None
        self.backend.present = {IMAGE.tags[0]: IMAGE}
        self.discarded: list[Container] = []
        self.layers = Layers(
            self.backend,
            RunnerSettings(environ={}, **settings),
            lambda spec: self.backend.start(spec, f"i{len(self.backend.channels)}"),
            self.discarded.append,
        )


def test_requirements_in_canonical_form() -> None:
    assert normalized(
        ["Zope.Interface >= 5", "httpx[http2]>=0.27,<1", "zope_interface>=5", "a; python_version>'3'"]
    ) == [
        'a; python_version > "3"',
        "httpx[http2]<1,>=0.27",
        "zope-interface>=5",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "--index-url=https://evil.example",
        "-r /etc/passwd",
        "./local",
        "/etc/x.whl",
        "https://example.com/x.whl",
        "x @ https://example.com/x.whl",
        "x @ file:///etc/passwd",
        "git+https://example.com/x",
        "x==1 --global-option=y",
        "x\n-r y",
        "x; import os",
    ],
)
def test_anything_but_a_name_with_a_version_is_refused(text: str) -> None:
    with pytest.raises(PackageNotAllowed) as caught:
        normalized([text])
    assert caught.value.field == "requirements"


def test_too_many_are_refused() -> None:
    with pytest.raises(PackageNotAllowed, match="More than 50"):
        normalized([f"package{n}" for n in range(51)])


def test_the_tag_depends_on_requirements_and_image() -> None:
    tags = {layer_tag(names, digest) for names in (["a"], ["a", "b"]) for digest in ("1", "2")}
    assert len(tags) == 4
    assert all(tag.startswith("coding-agent-layer:") for tag in tags)


NO_MATCH = "ERROR: No matching distribution found for xyzzy"


@pytest.mark.parametrize(
    ("lines", "error", "words"),
    [
        ([NO_MATCH, ""], Unprocessable, "No matching distribution found for xyzzy"),
        (["ERROR: ResolutionImpossible", "see the docs"], Unprocessable, "ResolutionImpossible"),
        (["Traceback", "ValueError: odd"], Unprocessable, "ValueError: odd"),
        ([], Unprocessable, "exit status 1"),
        (
            ["WARNING: Retrying after 'NewConnectionError(... Network is unreachable'", NO_MATCH],
            RunnerUnavailable,
            "index can't be reached",
        ),
        (
            ["WARNING: SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'", NO_MATCH],
            RunnerUnavailable,
            "ca_bundle",
        ),
        (["ERROR: [Errno 28] No space left on device"], RunnerUnavailable, "images prune"),
    ],
)
def test_what_pip_says(lines: list[str], error: type[AgentError], words: str) -> None:
    found = verdict(1, lines)
    assert type(found) is error
    assert words in found.message


def test_success_is_no_error() -> None:
    assert verdict(0, ["WARNING: Retrying ... Connection refused", "Successfully installed x"]) is None


async def test_installs_commits_and_caches(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("CERTIFICATE")
    shop = Shop(ca_bundle=str(bundle), package_index="https://index.example/simple")
    said: list[str] = []

    async def say(sentence: str) -> None:
        said.append(sentence)

    made = await shop.layers.provide(IMAGE, ["humanize"], say)
    assert made.tags == (layer_tag(["humanize"], IMAGE.id),)
    assert made.labels == {IMAGE_LABEL: "layer", BASE_LABEL: IMAGE.id}
    assert said == ["Collecting humanize"]
    ((job,),) = [channel.sent for channel in shop.backend.channels]
    assert (job["certificates"], job["requirements"]) == ("CERTIFICATE", ["humanize"])
    assert "--only-binary=:all:" in job["options"]
    assert job["options"][-2:] == ["--index-url", "https://index.example/simple"]
    (spec,) = shop.backend.specs
    assert (spec.role, spec.network, spec.writable_root, spec.image) == ("install", "bridge", True, IMAGE.id)
    assert "CERTIFICATE" not in str(spec)
    assert [container.id for container in shop.discarded] == ["i0"]

    again = await shop.layers.provide(IMAGE, ["Humanize"])
    assert again == made
    assert len(shop.backend.channels) == 1


async def test_the_same_at_once_is_installed_once() -> None:
    waiting: list[FakeChannel] = []
    shop = Shop(lambda channel, _: waiting.append(channel))
    asks = [asyncio.ensure_future(shop.layers.provide(IMAGE, ["humanize"])) for _ in range(3)]
    await settle()
    asks[0].cancel()
    await settle()
    succeeds(waiting[0], {})
    found = await asyncio.gather(*asks, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1] == found[2] != found[0]
    assert len(waiting) == 1


async def test_when_nobody_waits_any_more_it_ends() -> None:
    shop = Shop(lambda *_: None)
    ask = asyncio.ensure_future(shop.layers.provide(IMAGE, ["humanize"]))
    await settle()
    ask.cancel()
    await settle()
    assert len(shop.discarded) == 1
    assert list(shop.backend.present.values()) == [IMAGE]


async def test_a_failed_installation_leaves_no_layer_and_may_be_tried_again() -> None:
    def fails(channel: FakeChannel, _frame: Frame) -> None:
        channel.say({"t": "line", "text": NO_MATCH}, {"t": "end", "code": 1})

    shop = Shop(fails)
    with pytest.raises(Unprocessable, match="xyzzy"):
        await shop.layers.provide(IMAGE, ["xyzzy"])
    assert list(shop.backend.present.values()) == [IMAGE]
    shop.backend.reply = succeeds
    assert await shop.layers.provide(IMAGE, ["xyzzy"])
    assert len(shop.discarded) == 2


async def test_a_container_that_breaks_off() -> None:
    shop = Shop(lambda channel, _: channel.end())
    with pytest.raises(RunnerUnavailable, match="said on stderr"):
        await shop.layers.provide(IMAGE, ["x"])


async def test_one_that_takes_too_long() -> None:
    shop = Shop(lambda *_: None)
    shop.layers._settings.install_timeout_seconds = 1
    with pytest.raises(TimedOut, match="Installing x took 1 s"):
        await shop.layers.provide(IMAGE, ["x"])
    assert len(shop.discarded) == 1


async def test_a_bundle_that_is_not_there() -> None:
    shop = Shop(ca_bundle="/nowhere/ca.pem")
    with pytest.raises(SettingError, match=r"ca_bundle.*/nowhere/ca\.pem"):
        await shop.layers.provide(IMAGE, ["x"])


async def test_the_oldest_layers_go() -> None:
    shop = Shop(layer_limit=2)
    made = [await shop.layers.provide(IMAGE, [name]) for name in ("a", "b", "c")]
    assert set(shop.backend.present) == {*IMAGE.tags, made[1].tags[0], made[2].tags[0]}
