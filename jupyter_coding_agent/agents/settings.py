"""Settings of the agents room."""

from __future__ import annotations

from traitlets import Enum, Float, Int

from ..core.settings import Settings


class AgentSettings(Settings):
    """How far an execution goes to be sure, and what it may cost."""

    judgement = Enum(
        ["full", "plain"],
        "full",
        help="full: tests are partly hidden, challenged and doubted, and independent solutions have to agree. "
        "plain: code that passes its generated tests is believed, and repaired until it does.",
    ).tag(config=True)
    max_samples = Int(
        4, min=0, max=10, help="Independent solutions that one execution may ask for, to compare with."
    ).tag(config=True)
    max_cost_usd = Float(
        0, min=0, help="US dollars that one execution may cost; no call is made beyond it. 0: no limit."
    ).tag(config=True)
    max_seconds = Float(
        1800, min=1, help="Seconds after which an execution asks for nothing more and delivers its best."
    ).tag(config=True)
