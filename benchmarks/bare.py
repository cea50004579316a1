"""The yardstick of `benchmarks.door`: one Django REST framework view that does one INSERT, and nothing else.

Served by gunicorn as `benchmarks.bare:application`, on the database of DATABASE_URL.
"""

import json
import os
import uuid

import django
from django.conf import settings

from governance.config import environment

settings.configure(
    SECRET_KEY="a benchmark without secrets",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="benchmarks.bare",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"],
    DATABASES={
        "default": environment.database(os.environ["DATABASE_URL"], "DATABASE_URL")
        | {"OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}}}
    },
    REST_FRAMEWORK={"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"], "UNAUTHENTICATED_USER": None},
    USE_TZ=True,
    LOGGING_CONFIG=None,
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - needs the settings above
from django.db import connection  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class OneInsert(APIView):
    """Takes JSON, keeps it, answers its id."""

    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        row = uuid.uuid4()
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bare_row (id, body) VALUES (%s, %s)", [row, json.dumps(request.data)])
        return Response({"id": str(row)}, 202)


urlpatterns = [path("rows", OneInsert.as_view())]
application = get_wsgi_application()
