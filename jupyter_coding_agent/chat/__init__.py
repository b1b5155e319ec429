"""Conversation: a question is answered, a request for code becomes an execution."""
