"""The command line: parse, run one command, and say what went wrong in a sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ..core.errors import AgentError

UNJUDGED = 2
INTERRUPTED = 130

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    from .parser import parser

    options = parser().parse_args(arguments)
    try:
        status: int = options.command(options)
        sys.stdout.flush()
        return status
    except AgentError as error:
        print(error.message, file=sys.stderr)
        return UNJUDGED
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"{error.filename or 'The system'}: {error.strerror}.", file=sys.stderr)
        return UNJUDGED
