"""One folder or file per container engine."""
