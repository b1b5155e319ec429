"""The data directory as one file, made while the engine works, and back again."""
