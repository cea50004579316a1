"""Message ids into a language."""

from collections.abc import Callable

from django.utils import translation

from governance.book import Text


def speaker(language: str) -> Callable[[Text], str]:
    """`say` for one language, whatever language the caller's thread is in."""

    def say(text: Text) -> str:
        with translation.override(language):
            message = translation.gettext(text.message) if text.message else ""
        return filled(message, text, say)

    return say


def filled(message: str, text: Text, say: Callable[[Text], str]) -> str:
    """`message` with its places filled; when the places do not fit (old evidence), message and values side by side."""
    if not text.values:
        return message
    values = {name: say(value) if isinstance(value, Text) else value for name, value in text.values}
    try:
        return message % values
    except (KeyError, ValueError, TypeError):
        told = ", ".join(f"{name}: {value}" for name, value in values.items())
        return f"{message} ({told})"
