"""Logic of three values: true, false, and None for what nobody knows. Pure.

S. C. Kleene, Introduction to Metamathematics (1952), section 64: a conclusion is certain where it holds whatever the unknown
turns out to be.
"""

from collections.abc import Iterable

Truth = bool | None


def every(*truths: Truth) -> Truth:
    """Whether all hold; true for none at all."""
    return False if False in truths else None if None in truths else True


def some(*truths: Truth) -> Truth:
    """Whether any holds; false for none at all."""
    return True if True in truths else None if None in truths else False


def some_of(truths: Iterable[Truth]) -> Truth:
    """`some` of many."""
    return some(*truths)


def no(truth: Truth) -> Truth:
    """The opposite; the opposite of the unknown is unknown."""
    return None if truth is None else not truth
