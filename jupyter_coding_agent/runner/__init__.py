"""Runs a job in isolation and reports what came back; judges nothing."""
