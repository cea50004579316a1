"""How the shipped weights came to be: one command a model, run by hand, never at run time."""
