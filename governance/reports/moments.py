"""Dates and moments as people read them. Pure."""

from datetime import UTC, date, datetime

_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"),
}


def day_words(day: date, language: str) -> str:
    """`22 Nov 2026`."""
    months = _MONTHS.get(language, _MONTHS["en"])
    return f"{day.day} {months[day.month - 1]} {day.year}"


def moment_words(moment: datetime, language: str) -> str:
    """`22 Nov 2026, 14:05 UTC`."""
    utc = moment.astimezone(UTC)
    return f"{day_words(utc.date(), language)}, {utc:%H:%M} UTC"


def iso_moment_words(text: str, language: str) -> str:
    """The same from ISO 8601 text; text that is none stays as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment_words(moment, language) if moment.tzinfo else text
