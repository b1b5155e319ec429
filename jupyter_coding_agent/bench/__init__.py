"""Measures every number the project claims: both sides alternately in one run, ratios of medians."""

PARTS = ("memory", "verdicts", "challenge", "burst", "events", "startup", "context", "notebook", "workspace")
"""What can be measured on its own."""
