"""The commands and what they have in common."""

from __future__ import annotations

import argparse
from types import ModuleType

from .. import __version__
from . import backup, bench, cleanup, doctor, images, keys, prove, restore, run, serve, validate, verify

COMMANDS: list[ModuleType] = [
    run,
    validate,
    prove,
    verify,
    keys,
    doctor,
    images,
    serve,
    bench,
    cleanup,
    backup,
    restore,
]


def parser() -> argparse.ArgumentParser:
    """The parser; parsing sets `command` to what runs the chosen one."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data-dir", metavar="DIR", default="", help="where the agent keeps its data")
    top = argparse.ArgumentParser(
        prog="jupyter coding-agent", description="Code from a request, proved to run.", allow_abbrev=False
    )
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in COMMANDS:
        name = module.__name__.rpartition(".")[2]
        summary = (module.__doc__ or "").splitlines()[0].partition(": ")[2]
        command = commands.add_parser(
            name, help=summary, description=summary, parents=[common], allow_abbrev=False
        )
        module.add(command)
        command.set_defaults(command=module.run)
    return top
