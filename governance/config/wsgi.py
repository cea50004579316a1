"""The WSGI door."""

import os

from django.core.wsgi import get_wsgi_application

from governance.config import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.config.settings")
if not environment.flag("PROBANZA_DEBUG"):
    environment.required(
        "PROBANZA_SECRET_KEY",
        'a random text of 50 characters or more, e.g. from python -c "import secrets; print(secrets.token_urlsafe(50))"',
    )
application = get_wsgi_application()
