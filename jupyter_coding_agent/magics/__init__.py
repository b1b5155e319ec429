"""The %agent and %%agent magics."""
