"""The WSGI door."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

from governance.config import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.config.settings")
if not environment.flag("PROBANZA_DEBUG"):
    environment.required(
        "PROBANZA_SECRET_KEY",
        'a random text of 50 characters or more, e.g. from python -c "import secrets; print(secrets.token_urlsafe(50))"',
    )
application = get_wsgi_application()
# Whoever comes from the web sees no row until a door has opened the wall for their organisation.
connections.settings["default"]["OPTIONS"].pop("options", None)
# What is loaded stays: imported before the first request comes, and not looked through for garbage every few hundred of
# them, which would hold up everybody for as long as ten requests take.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)  # a page makes some ten thousand short-lived objects: one look at them, not fifteen
