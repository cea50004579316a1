"""Message ids into a language."""

from collections.abc import Callable

from django.utils import translation

from governance.book import Text


def speaker(language: str) -> Callable[[Text], str]:
    """`say` for one language, whatever language the caller's thread is in."""

    def say(text: Text) -> str:
        with translation.override(language):
            message = translation.gettext(text.message) if text.message else ""
        return filled(message, text)

    return say


def filled(message: str, text: Text) -> str:
    """`message` with its places filled; when the places do not fit (old evidence), message and values side by side."""
    if not text.values:
        return message
    try:
        return message % dict(text.values)
    except (KeyError, ValueError, TypeError):
        told = ", ".join(f"{name}: {value}" for name, value in text.values)
        return f"{message} ({told})"
