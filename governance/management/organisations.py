"""Which organisations a command works on."""

from django.core.management.base import CommandError

from governance.access.models import Organisation


def organisations(slug: str | None) -> list[Organisation]:
    """All organisations, or the one named; raises `CommandError` listing the known ones."""
    every = list(Organisation.objects.order_by("slug"))
    found = [one for one in every if slug in {None, one.slug}]
    if slug is not None and not found:
        raise CommandError(f"There is no organisation {slug!r}. Known: {', '.join(one.slug for one in every) or 'none'}.")
    return found
