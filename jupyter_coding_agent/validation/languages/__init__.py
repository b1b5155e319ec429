"""One small file per language."""
