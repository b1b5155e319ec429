"""What is damaged or left over in the data directory, found and mended."""
