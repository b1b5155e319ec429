"""Whether a result can be believed: solutions and tests weighed against each other."""
