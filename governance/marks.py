"""What a log line is about, carried along with the work: the request, and the id that a worker's message holds. Pure."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_marks: ContextVar[dict[str, str]] = ContextVar("probanza_marks", default={})  # noqa: B039 - replaced, never changed


@contextmanager
def marked(**more: str) -> Iterator[None]:
    """Log lines written inside carry these marks, beside those from outside."""
    token = _marks.set({**_marks.get(), **more})
    try:
        yield
    finally:
        _marks.reset(token)


def mark(**more: str) -> None:
    """Log lines of this thread carry these marks from here on; an empty one is taken away."""
    _marks.set({name: value for name, value in {**_marks.get(), **more}.items() if value})


def marks() -> dict[str, str]:
    """The marks of here and now, name -> id."""
    return _marks.get()
