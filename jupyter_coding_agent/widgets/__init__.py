"""Panels below a cell that change while something goes on. They know `client` and nothing behind it."""
