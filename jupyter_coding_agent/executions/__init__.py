"""The pipeline: queue, events, attempts, diffs."""
