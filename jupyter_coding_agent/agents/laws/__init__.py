"""Laws that a request states, and property tests of them."""
