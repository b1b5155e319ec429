"""The magics themselves: parse, do, and say what went wrong in a sentence."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

from ..client.page import Page
from ..core.errors import AgentError, InvalidInput
from .runs import Runs

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .completing import Known
    from .screen import Screen
    from .session import Session


@magics_class
class AgentMagics(Magics):
    """``%%agent`` asks for code, ``%agent`` does everything else."""

    def __init__(self, shell: InteractiveShell, session: Session | None = None) -> None:
        super().__init__(shell)
        self._session = session
        self._shell = shell
        self.runs = Runs() if session is None else session.kernel.runs()
        self.page = Page()
        self._known: Known | None = None

        @context_matcher(identifier="coding_agent")  # type: ignore[untyped-decorator]  # IPython leaves it untyped
        def matcher(context: CompletionContext) -> SimpleMatcherResult:
            return self._complete(context)

        self.matcher = matcher
        """What IPython asks when Tab is pressed."""

    @property
    def session(self) -> Session:
        """This kernel's session; set up at its first use, so that loading the extension stays cheap."""
        if self._session is None:
            self._session = _session(self._shell, self.runs, self.page)
        return self._session

    def _screen(self) -> Screen:
        """The session's, also where there is none yet."""
        return _screen(self._shell) if self._session is None else self._session.screen

    def close(self) -> None:
        """Stop following executions."""
        if self._session is not None:
            self._session.close()

    @cell_magic("agent")  # type: ignore[arg-type]  # IPython types the decorator for functions without self
    def ask(self, line: str, cell: str) -> None:
        """Ask for code that is proved to run: ``%%agent [options] request``. See ``%agent help``."""
        from .options import parse_ask
        from .screen import opening

        with self._sentences():
            options, rest = parse_ask(line)
            request = "\n".join(part for part in (rest, cell.strip()) if part)
            if not request:
                raise InvalidInput(
                    "Write what you want below %%agent, in your own words. Options: %agent help"
                )
            if options.context == "show":
                self.session.preview(options, request)
            elif options.chat:
                from .chat import converse

                converse(self.session, options, request)
            else:
                area = self._screen().area(opening())
                self.session.ask(options, request, area)

    @line_magic("agent")  # type: ignore[arg-type]  # as above
    def command(self, line: str) -> None:
        """Everything but asking: ``%agent command [options]``. See ``%agent help``."""
        from .commands import COMMANDS
        from .options import parse_command

        with self._sentences():
            name, options, rest = parse_command(line)
            if name not in COMMANDS:
                near = difflib.get_close_matches(name, COMMANDS, n=1)
                hint = f"Did you mean %agent {near[0]}?" if near else f"It knows {', '.join(COMMANDS)}."
                raise InvalidInput(f"%agent does not know {name!r}. {hint} To ask for code, write %%agent.")
            COMMANDS[name](self.session, options, rest)

    def _complete(self, context: CompletionContext) -> SimpleMatcherResult:
        """Names for the word at the cursor, on the magics' own lines and in a request; elsewhere nothing."""
        line = context.line_with_cursor[: context.cursor_position]
        asking = context.full_text.lstrip().startswith("%%agent")
        if not asking and not line.lstrip().startswith("%agent"):
            return SimpleMatcherResult(completions=[])
        from .completing import Known, mentionable, offers

        if self._known is None and self._session is not None:
            self._known = Known(self._session.client)
        word, names = offers(line, self._known)
        if asking and not names:
            word, names = mentionable(line, self._shell.user_ns, self._shell.user_ns_hidden)
        completions = [SimpleCompletion(name, type="magic") for name in names]
        return SimpleMatcherResult(completions=completions, matched_fragment=word, suppress=bool(names))

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """An error is a sentence for the user, not a traceback."""
        from . import render

        try:
            yield
        except AgentError as problem:
            self.session.screen.show(render.error(problem))
        except KeyboardInterrupt:
            self.session.screen.show(
                render.message("Interrupted. See %agent history for what was sent.", tone="warn")
            )


def _ask_text() -> str:
    from .help import ask_text

    return ask_text()


def _command_text() -> str:
    from .help import command_text

    return command_text()


# What ``%%agent?`` and ``%agent?`` show: IPython asks the object itself, so nothing is put together before.
vars(AgentMagics)["ask"].getdoc = _ask_text
vars(AgentMagics)["command"].getdoc = _command_text


def _session(shell: InteractiveShell, runs: Runs, page: Page) -> Session:
    from ..client.api import AgentClient
    from ..client.discovery import current_kernel_id, find_endpoint
    from .kernel import ShellKernel
    from .session import Session

    client = AgentClient(lambda: find_endpoint(current_kernel_id(), page=page))
    kernel = ShellKernel(shell, served=lambda: client.endpoint.kind != "socket", runs=runs)
    return Session(client, kernel, _screen(shell))


def _screen(shell: InteractiveShell) -> Screen:
    from .screen import Notebook, Terminal

    return Notebook() if getattr(shell, "kernel", None) is not None else Terminal()
