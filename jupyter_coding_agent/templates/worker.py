"""What is done to the templates of users, in a process that may be killed: ``python -m … < order > answer``.

A template of a user may loop for ever, in Jinja2 or in a regular expression, and neither can be stopped from
within. So whatever evaluates anything of one happens here: the engine only sees texts. See `workshop`.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from ..core.errors import AgentError, SettingError
from .filling import Filled, fill
from .loader import load
from .orders import Answer, Fault, Order
from .pressing import press

_CPU_SECONDS = 60


def carry_out(order: Order) -> Answer:
    """What was ordered, or why it can't be had."""
    try:
        return _carried_out(order)
    except AgentError as error:
        kind: Literal["setting", "input"] = "setting" if isinstance(error, SettingError) else "input"
        return Answer(fault=Fault(kind=kind, message=error.message, field=error.field))
    except MemoryError:
        return Answer(fault=Fault(kind="setting", message="The template takes too much memory."))
    except RecursionError:
        return Answer(fault=Fault(kind="setting", message="The template is nested too deeply."))


def _carried_out(order: Order) -> Answer:
    if order.folder is not None:
        template = load(Path(order.folder), origin="user")
        press(template, template.manifest.samples(), limit=order.limit)
        return Answer(template=template)
    if order.template is not None:
        return Answer(rendered=press(order.template, order.variables, limit=order.limit))
    filled = {
        name: fill(reading.manifest, order.request, frozenset(reading.reserved))
        for name, reading in order.readings.items()
    }
    return Answer(filled=TypeAdapter(dict[str, Filled]).dump_python(filled))


def main() -> None:
    """Read an order, write the answer."""
    memory = int(sys.argv[1]) * 1024**2
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = Order.model_validate_json(sys.stdin.buffer.read())
    sys.stdout.write(carry_out(order).model_dump_json())


if __name__ == "__main__":
    main()
