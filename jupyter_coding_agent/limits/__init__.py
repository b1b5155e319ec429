"""What a user may do, and what is left of it."""
