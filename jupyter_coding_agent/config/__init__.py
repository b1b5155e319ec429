"""The settings that are in force."""
