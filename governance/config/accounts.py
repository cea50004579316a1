"""allauth's accounts without its middleware: our sign-in views alone enter its context, and no other request pays for it."""

from importlib import import_module

from allauth.account import apps


class AccountConfig(apps.AccountConfig):  # type: ignore[misc]  # allauth ships no types
    """The same application; its own `ready` insists on the middleware."""

    def ready(self) -> None:
        """Its system checks, as its own `ready` does."""
        import_module("allauth.account.checks")
