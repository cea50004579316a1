"""Interface stub, replaced below."""
