"""One typed HTTP client for the notebook doors and the command line."""
