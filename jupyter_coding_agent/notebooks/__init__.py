"""Proving a notebook that is there: each cell in a fresh container, from a clean start."""
