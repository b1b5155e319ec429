"""What is dangerous about a piece of code."""
