"""Images of the Docker engine. Everything here runs in a thread of `docker_engine`, with its client."""

from __future__ import annotations

import io
import json
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from ...core.errors import Unprocessable
from .docker_engine import Client
from .protocol import ENGINE_LABEL, IMAGE_LABEL, OWNER_LABEL, ROLE_LABEL, ImageInfo

_KEPT_LINES = 12


def _info(entry: dict[str, Any], labels: dict[str, str] | None) -> ImageInfo:
    tags = tuple(tag for tag in entry.get("RepoTags") or () if tag != "<none>:<none>")
    return ImageInfo(entry["Id"], tags, entry["Size"] / 1e6, str(entry["Created"]), labels or {})


def inspect(client: Client, tag: str) -> ImageInfo:
    """The image. Raises the SDK's ImageNotFound."""
    entry = client.inspect_image(tag)
    return _info(entry, entry["Config"].get("Labels"))


def labelled(client: Client) -> list[ImageInfo]:
    """All images that carry IMAGE_LABEL."""
    return [_info(entry, entry["Labels"]) for entry in client.images(filters={"label": IMAGE_LABEL})]


def build(
    client: Client, context: bytes, tag: str, arguments: dict[str, str], labels: dict[str, str]
) -> Iterator[str]:
    """Build from a tar archive; yields lines."""
    events = client.build(
        fileobj=io.BytesIO(context),
        custom_context=True,
        tag=tag,
        buildargs=arguments,
        labels=labels,
        rm=True,
        forcerm=True,
        decode=True,
        use_config_proxy=True,
    )
    last: deque[str] = deque(maxlen=_KEPT_LINES)
    for event in events:
        for line in str(event.get("stream") or event.get("status") or "").splitlines():
            if line.strip():
                last.append(line.rstrip())
                yield line.rstrip()
        if "error" in event:
            raise Unprocessable(
                "The image could not be built: " + "\n".join([*last, str(event["error"]).strip()])
            )


def pull(client: Client, tag: str, idle_seconds: float) -> Iterator[str]:
    """Pull; yields progress. Gives up after `idle_seconds` without any."""
    from requests.exceptions import ReadTimeout

    repository, _, name = tag.rpartition(":")
    try:
        # The SDK's own pull() knows no timeout.
        response = client.post(
            f"{client.base_url}/v{client.api_version}/images/create",
            params={"fromImage": repository, "tag": name},
            stream=True,
            timeout=idle_seconds,
        )
        for line in response.iter_lines():
            event = json.loads(line)
            if error := event.get("error") or event.get("message"):
                raise Unprocessable(f"{tag} could not be pulled: {error}")
            yield str(event.get("status", ""))
    except ReadTimeout as error:
        raise Unprocessable(f"{tag} could not be pulled: no progress for {idle_seconds:g} s") from error


def import_archive(client: Client, archive: Iterable[bytes], tag: str) -> None:
    """Make an image of a root file system's tar archive."""
    repository, _, name = tag.rpartition(":")
    client.import_image_from_stream(archive, repository=repository, tag=name)


def commit(client: Client, container_id: str, tag: str, like: str, labels: dict[str, str]) -> None:
    """Make an image of a container's files, with the configuration of the image `like`, and these labels."""
    config = client.inspect_image(like)["Config"]
    repository, _, name = tag.rpartition(":")
    # The engine fills what is left out from the container: its labels and its command are not the image's.
    own = dict.fromkeys((OWNER_LABEL, ENGINE_LABEL, ROLE_LABEL), "")
    config["Labels"] = {**own, **(config.get("Labels") or {}), **labels}
    config["Cmd"] = config.get("Cmd") or ["/bin/sh"]
    client.commit(container_id, repository=repository, tag=name, conf=config)


def remove(client: Client, tag: str) -> bool:
    """Remove; False if it is in use or not there."""
    import docker.errors

    try:
        client.remove_image(tag)
    except (docker.errors.NotFound, docker.errors.APIError):
        return False
    return True
