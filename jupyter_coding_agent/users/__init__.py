"""Who there is, and in which tier."""
