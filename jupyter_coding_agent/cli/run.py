"""jupyter coding-agent run: turn a request into validated code."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ..client import words
from ..client.api import AgentClient
from ..client.environment import python_version
from ..client.result import Result, result_of
from ..core.errors import InvalidInput
from .connection import engine
from .console import print_json, progress


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("request", help="what you want, in your own words; - reads it from standard input")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--lang", metavar="LANGUAGE", help="the language; found out if not given")
    parser.add_argument("--tier", choices=["simple", "medium", "complex"], help="which models")
    parser.add_argument("--template", metavar="ID", help="answer from this template of the built-in library")
    parser.add_argument("--attempts", type=int, choices=range(1, 6), default=5, help="how often to try (5)")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="what an attempt's run may take")
    parser.add_argument(
        "--fresh", action="store_true", help="make it anew, even if the same has passed before"
    )
    parser.add_argument("--no-security", action="store_true", help="leave the security scan out")


def run(options: argparse.Namespace) -> int:
    """0 if the code is validated, else 1."""
    request = sys.stdin.read() if options.request == "-" else options.request
    if not request.strip():
        raise InvalidInput("The request is empty: say what you want, in your own words.")
    with engine(options.data_dir) as client:
        result = _see_through(client, _body(options, request))
    if options.json:
        print_json(result)
    else:
        _print(result)
    return 0 if result["status"] == "passed" else 1


def _body(options: argparse.Namespace, request: str) -> dict[str, Any]:
    body = {
        "prompt": request,
        "max_attempts": options.attempts,
        "enable_security_scan": not options.no_security,
        "context": {"kernel_python": python_version()},
        "language": options.lang,
        "tier": options.tier,
        "template_id": options.template,
        "timeout_seconds": options.timeout,
        "fresh": options.fresh or None,
    }
    return {name: value for name, value in body.items() if value is not None}


def _see_through(client: AgentClient, body: dict[str, Any]) -> Result:
    name = client.execute(body)["execution_id"]
    try:
        with progress(f"{name}: sent") as step:
            for event in client.stream(name):
                sentence = words.event_sentence(event)
                if sentence:
                    step(sentence)
        return result_of(client.get(name), client.attempts(name))
    except KeyboardInterrupt:
        client.cancel(name)
        print(f"{name} is cancelled.", file=sys.stderr)
        raise


def _print(result: Result) -> None:
    for line in words.result_lines(result):
        print(line)
    for path, text in {**result["files"], **result["tests"]}.items():
        print(f"\n# {path}\n{text.rstrip()}")
