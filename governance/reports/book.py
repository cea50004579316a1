"""Moved to governance.book; gone at the end of the day."""

from governance.book import *  # noqa: F403
