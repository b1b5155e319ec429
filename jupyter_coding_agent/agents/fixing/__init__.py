"""Mending a cell of the user's own: the failure is reproduced, and a change counts once the cells run with it."""
