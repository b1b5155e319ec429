"""What of a conversation goes along with a request, within a budget and without asking a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ..agents.conversation.fencing import clean, fit
from ..agents.models import Conversation
from .models import MessageView
from .pins import FRAME, size

_LINE = 160
_WHO = {"user": "User", "assistant": "Agent", "system": "Note"}


@dataclass(frozen=True)
class _Turn:
    """A request with its result, or a message that stands alone."""

    messages: list[MessageView]

    def line(self) -> str:
        """The turn in one line: what was asked, and what came of it."""
        first, last = self.messages[0], self.messages[-1]
        text = f"{_WHO[first.role]}: {_one_line(first.text)}"
        return text if last is first else f"{text} → {last.status or _one_line(last.text)}"


def compose(messages: Sequence[MessageView], budget: int, *, without: str | None = None) -> Conversation:
    """The conversation as a model is told of it, in at most `budget` tokens, the oldest first.

    Pinned messages stay whole. Of the others, the latest turns stay, their messages shortened to a quarter of
    the budget each, while they fit into what is left; older ones are a line each, and the oldest are counted.
    The last result's code comes beside it. `without` is the execution that the request itself belongs to.
    """
    known = [message for message in messages if without is None or message.execution_id != without]
    result = next((message for message in reversed(known) if message.files), None)
    return Conversation(
        text="\n\n".join(_told(known, budget)),
        files=result.files if result else {},
        status=(result.status or "") if result else "",
    )


def _told(messages: Sequence[MessageView], budget: int) -> Iterator[str]:
    pinned = [message for message in messages if message.pinned]
    left = budget - sum(size(_said(message)) for message in pinned)
    turns = _turns([message for message in messages if not message.pinned])
    # Room that is kept for the turns before one, should they be a line each.
    kept = list(accumulate((size(turn.line()) for turn in turns), initial=0))
    texts: dict[int, list[str]] = {}
    whole = True
    omitted = 0
    for number in range(len(turns) - 1, -1, -1):
        chosen = [_said(message, budget // 4) for message in turns[number].messages] if whole else []
        whole = whole and sum(map(size, chosen)) <= left - min(kept[number], budget // 4)
        if not whole:
            chosen = [turns[number].line()]
        if sum(map(size, chosen)) > left - FRAME:
            omitted = number + 1
            break
        texts[number] = chosen
        left -= sum(map(size, chosen))
    if omitted:
        yield f"({omitted} older {'turn is' if omitted == 1 else 'turns are'} left out.)"
    yield from _in_order(messages, turns, texts)


def _in_order(
    messages: Sequence[MessageView], turns: Sequence[_Turn], texts: dict[int, list[str]]
) -> Iterator[str]:
    begins = {turn.messages[0].message_id: texts.get(number, []) for number, turn in enumerate(turns)}
    for message in messages:
        if message.pinned:
            yield _said(message)
        yield from begins.get(message.message_id, [])


def _turns(messages: Sequence[MessageView]) -> list[_Turn]:
    by_execution: dict[str, _Turn] = {}
    turns: list[_Turn] = []
    for message in messages:
        turn = by_execution.get(message.execution_id or "")
        if turn is None and turns and _answers(message, turns[-1].messages[-1]):
            turn = turns[-1]
        if turn is not None:
            turn.messages.append(message)
            continue
        turns.append(_Turn([message]))
        if message.execution_id:
            by_execution[message.execution_id] = turns[-1]
    return turns


def _answers(message: MessageView, before: MessageView) -> bool:
    """Whether a message without an execution (it was imported, or written by hand) answers the one before."""
    return message.execution_id is None and (before.role, message.role) == ("user", "assistant")


def _said(message: MessageView, most: int | None = None) -> str:
    text = clean(message.text).strip()
    status = f" ({message.status})" if message.status else ""
    return f"{_WHO[message.role]}{status}: {text if most is None else fit(text, most)}"


def _one_line(text: str) -> str:
    line = " ".join(clean(text[: 10 * _LINE]).split())
    return line if len(line) <= _LINE else f"{line[: _LINE - 1]}…"
