"""The sections of a report, one file for what belongs together. Pure."""
