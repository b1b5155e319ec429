"""Hard tests: what the user wrote that can't be misread, each way of writing it in a file of its own."""
