"""The verdict on code: signals, effects, quality score, receipt."""
