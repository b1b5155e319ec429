"""What every room stands on: errors, settings, time and ids. Imports nothing of the package."""
