"""Static tools over source bytes that nothing here ever executes."""
