"""The offline judge's constants: a logistic regression over a dozen documented features."""
