"""What runs inside the Python image. Nothing here is believed by the host: verdicts are made there."""
