"""Measures every number the project claims: both sides alternately in one run, ratios of medians."""
