"""Generated Python as text and as a tree; nothing here runs it."""
