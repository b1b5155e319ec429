"""The loop from a request to a judged solution."""
