"""Coding sessions: conversations that executions belong to."""
