"""What the administrator allows: models, imports, kinds of results, scans, and how often anybody may ask."""
