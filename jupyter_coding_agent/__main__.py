"""``python -m jupyter_coding_agent``: the same as ``jupyter coding-agent``."""

from .cli import main

raise SystemExit(main())
