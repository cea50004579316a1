"""The whole route once, with real parts: `make demo`."""
