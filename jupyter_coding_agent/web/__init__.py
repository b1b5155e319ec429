"""Plumbing of HTTP: bodies in, JSON and events out, errors rendered in one place."""
